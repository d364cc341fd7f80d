import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const fixture = fileURLToPath(new URL('./server-process.fixture.ts', import.meta.url));

export interface CrashingServer {
  port: number;
  databaseUrl: string;
  /** kill -9 of the server's process. */
  killServer(): Promise<void>;
  /** kill -9 of PostgreSQL: the postmaster and every backend. The server lives on and starts it again. */
  killDatabase(): void;
}

/** Starts the product on a home and waits until it serves. `CRASH_CLOCK_AHEAD_MS` lets its clock run ahead; with `ANLIN_EMULATOR` it follows payments there. */
export async function startCrashingServer(
  home: string,
  children: ChildProcess[],
  environment: { CRASH_CLOCK_AHEAD_MS?: string; ANLIN_EMULATOR?: string } = {},
): Promise<CrashingServer> {
  const child = spawn(process.execPath, [fixture], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ANLIN_HOME: home, ANLIN_DEMO: '0', ANLIN_LOG: 'error', ...environment },
  });
  children.push(child);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    const { port, databaseUrl, postmasterPid } = JSON.parse(line) as {
      port: number;
      databaseUrl: string;
      postmasterPid: number;
    };
    return {
      port,
      databaseUrl,
      async killServer() {
        child.kill('SIGKILL');
        await ended;
      },
      killDatabase: () => killTree(postmasterPid),
    };
  }
  throw new Error('the server ended before it served');
}

/** The postmaster first, so that it starts nothing anew, then its children: only processes whose parent it is. */
function killTree(postmasterPid: number): void {
  const backends = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === postmasterPid);
  for (const pid of [postmasterPid, ...backends.map(Number)]) killNow(pid);
}

function parentOf(pid: string): number {
  try {
    // The name in parentheses may hold spaces; state and parent follow it.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return 0;
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

/** Looks again until it holds, or fails with what was waited for. */
export async function waitFor<T>(what: string, look: () => Promise<T | undefined>, seconds = 120): Promise<T> {
  const end = performance.now() + seconds * 1000;
  let last = '';
  while (performance.now() < end) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = String(error);
    }
    await sleep(50);
  }
  throw new Error(`waited ${seconds} s for ${what}; last: ${last}`);
}

/** Numbers in [0, 1) that a seed tells (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
