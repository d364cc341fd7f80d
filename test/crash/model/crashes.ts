import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { type CrashingServer, waitFor } from '../crashing-server.ts';

export const victims = ['server', 'postmaster', 'backend', 'none'] as const;
export type Victim = (typeof victims)[number];

/** The server of a run, killed and started again. */
export interface Standing {
  server(): CrashingServer;
  /** From just before the kill until everything answers again. */
  isCrashed(): boolean;
  /** How many there were. */
  crashes(): number;
  untilUp(): Promise<void>;
  crash(victim: Victim, pauseMs: number): Promise<void>;
}

export function standOn(first: CrashingServer, start: () => Promise<CrashingServer>): Standing {
  let server = first;
  let up: Promise<void> | null = null;
  let count = 0;
  let killedAt = 0;
  const restart = async () => {
    killedAt = Date.now();
    await server.killServer();
    server = await start();
  };
  const answers = () =>
    waitFor('the server to answer', async () => {
      const response = await fetch(`http://127.0.0.1:${server.port}/healthz`, { signal: AbortSignal.timeout(2000) });
      return response.status === 200 ? true : undefined;
    });
  const bringDown = async (victim: Victim, pauseMs: number) => {
    if (victim === 'server') await restart();
    if (victim === 'postmaster') server.killDatabase();
    if (victim === 'backend') await killBackend(server.databaseUrl);
    await answers();
    if (victim === 'postmaster' || victim === 'backend') {
      // It lives on for a while by itself. What it had in the queue is taken up by the next start.
      await sleep(pauseMs);
      await restart();
      await answers();
    }
    await oldBackendsGone(server, killedAt);
  };
  return {
    server: () => server,
    isCrashed: () => up !== null,
    crashes: () => count,
    untilUp: async () => {
      await up;
    },
    async crash(victim, pauseMs) {
      if (victim === 'none') return;
      count += 1;
      up = bringDown(victim, pauseMs);
      try {
        await up;
      } finally {
        up = null;
      }
    },
  };
}

/** kill -9 of one backend that is at work for the server: PostgreSQL takes all others down with it and recovers. */
async function killBackend(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() and datname = current_database()
       order by (state <> 'idle') desc, query_start desc nulls last limit 1`,
    );
    const pid = rows[0]?.pid;
    if (pid !== undefined && readFileSync(`/proc/${pid}/comm`, 'utf8').includes('postgres'))
      process.kill(pid, 'SIGKILL');
  } finally {
    await client.end().catch(() => {});
  }
}

/** A killed server's last statement may still be under way; nothing is looked at before it is over. */
async function oldBackendsGone(server: CrashingServer, killedAt: number): Promise<void> {
  await waitFor('the last statements of the killed server to end', async () => {
    const client = new Client({ connectionString: server.databaseUrl });
    try {
      await client.connect();
      const { rows } = await client.query<{ left: number }>(
        "select count(*)::int as left from pg_stat_activity where backend_type = 'client backend' and backend_start < $1",
        [new Date(killedAt).toISOString()],
      );
      return rows[0]!.left === 0 ? true : undefined;
    } finally {
      await client.end();
    }
  });
}
