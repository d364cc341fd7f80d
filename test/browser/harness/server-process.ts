import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const startMs = 60_000;
const stopMs = 15_000;

export interface ServerProcess {
  /** `http://localhost:40123` */
  url: string;
  /** Everything it has printed. */
  said(): string;
  stop(): Promise<void>;
}

/** Starts the product as `npm start` does, on a free port, and waits until it says its address. */
export async function startServerProcess(root: string, environment: Record<string, string>): Promise<ServerProcess> {
  const child = spawn(process.execPath, [join(root, 'apps/server/src/main.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', ...environment },
  });
  let said = '';
  const listen = (chunk: Buffer) => {
    said += chunk.toString();
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  const url = await readAddress(child, () => said);
  return { url, said: () => said, stop: () => end(child) };
}

function readAddress(child: ChildProcess, textOf: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the server did not start within ${startMs / 1000} s:\n${textOf()}`));
    }, startMs);
    // After the listener that gathers the text, so that it holds what has just come.
    const listen = () => {
      const url = /安邻已启动：(http:\/\/localhost:\d+)/.exec(textOf())?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the server ended with ${code}:\n${textOf()}`));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
  await ended;
  clearTimeout(timer);
}
