import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** `zombie`: ended, but its parent has not taken notice yet; it holds no file and no memory. */
export type ProcessState = 'running' | 'zombie' | 'gone';

/** Whether a process id names a living PostgreSQL. A number reused by some other program counts as gone. */
export function postgresProcessState(pid: number): ProcessState {
  if (!Number.isInteger(pid) || pid <= 0) return 'gone';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: somebody else's living process; look closer.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'gone';
  }
  if (process.platform === 'linux') return linuxState(pid);
  return process.platform === 'win32' ? 'running' : unixState(pid);
}

function linuxState(pid: number): ProcessState {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const state = stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    if (state === 'Z' || state === 'X') return 'zombie';
    return name.startsWith('postgres') ? 'running' : 'gone';
  } catch {
    return 'gone';
  }
}

function unixState(pid: number): ProcessState {
  const output = spawnSync('ps', ['-o', 'state=,comm=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  if (output === '') return 'gone';
  if (output.startsWith('Z')) return 'zombie';
  return output.includes('postgres') ? 'running' : 'gone';
}
