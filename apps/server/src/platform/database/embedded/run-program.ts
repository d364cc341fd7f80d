import { spawn } from 'node:child_process';
import { type RunAs, spawnIdentity } from './run-as.ts';

/** PostgreSQL's environment: none of ours, so that no PGDATA, LANG or secret of the application reaches it. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP } = process.env;
  return { PATH, LC_ALL: 'C', TZ: 'UTC', ...(SystemRoot ? { SystemRoot, TEMP } : {}) };
}

/** Runs one of PostgreSQL's programs to its end as that user. Output is what it printed, both streams together. */
export function runProgram(
  program: string,
  args: string[],
  options: { runAs: RunAs; cwd: string; input?: string },
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: postgresEnvironment(),
      windowsHide: true,
      ...spawnIdentity(options.runAs),
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}
