import pg from 'pg';

/** Codes of Node and of PostgreSQL for a server that is gone, going, or not yet back. */
const lostCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08003',
]);

/** Whether work failed because the database went away, not because of the work: it may be done again once it is back. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: string };
  return (
    (code !== undefined && lostCodes.has(code)) ||
    /Connection terminated|not queryable|timeout exceeded when trying to connect/.test(error.message)
  );
}

const lookEveryMs = 200;
const usualPatienceMs = 120_000;

/**
 * A view of the pool for the job queue, which ends the process when it cannot write down that a job failed: connecting
 * waits until the database is back (two minutes unless told otherwise), and a connection lost in the middle looks like
 * the network errors the queue repeats.
 */
export function patientPool(pool: pg.Pool, patienceMs = usualPatienceMs): pg.Pool {
  return new Proxy(pool, {
    get(target, key) {
      // With a callback it is the queue's listener, which looks after its own connection.
      if (key === 'connect')
        return (callback?: Parameters<pg.Pool['connect']>[0]) =>
          callback ? target.connect(callback) : connectPatiently(target, patienceMs);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function connectPatiently(pool: pg.Pool, patienceMs: number): Promise<pg.PoolClient> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return repeatable(await pool.connect());
    } catch (error) {
      if (!isConnectionLoss(error) || performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }
}

/**
 * The same connection for the job queue: losses carry a code that it repeats its own statements for, and values arrive as
 * the driver gives them by default, because the queue writes a job's id as JSON and could not write a BigInt.
 */
function repeatable(client: pg.PoolClient): pg.PoolClient {
  return new Proxy(client, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (key !== 'query') return value.bind(target);
      return async (...parameters: unknown[]) => {
        try {
          return await value.call(target, withUsualTypes(parameters));
        } catch (error) {
          if (isConnectionLoss(error)) Object.assign(error as Error, { code: 'EHOSTUNREACH' });
          throw error;
        }
      };
    },
  });
}

function withUsualTypes([query, values]: unknown[]): pg.QueryConfig {
  return typeof query === 'string'
    ? { text: query, values: (values ?? []) as unknown[], types: pg.types }
    : { ...(query as pg.QueryConfig), types: pg.types };
}
