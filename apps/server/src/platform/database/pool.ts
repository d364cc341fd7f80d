import { Socket } from 'node:net';
import pg from 'pg';

/**
 * How PostgreSQL values reach the code: `bigint` as BigInt (money is never a float), `numeric` as its exact text,
 * `date` as `YYYY-MM-DD`, `timestamptz` as an ISO instant. Nothing becomes a JavaScript Date.
 */
const parsers = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, (text) => BigInt(text)],
  [pg.types.builtins.DATE, (text) => text],
  [pg.types.builtins.TIMESTAMPTZ, toInstantText],
  [1182, parseTextArray],
]);

function toInstantText(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, text.length - 3)}Z`;
}

function parseTextArray(text: string): string[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',');
}

const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: string) {
    const parser = format === 'binary' ? undefined : parsers.get(oid);
    return (parser ?? pg.types.getTypeParser(oid, format as 'text')) as never;
  },
};

export const schemaName = 'anlin';
export const applicationRole = 'anlin_app';

export interface PoolOptions {
  url: string;
  /** `application` acts as the role that owns nothing; `owner` migrates and runs the job queue. */
  as: 'application' | 'owner';
  max: number;
}

/** Sessions run in UTC with our schema first; as the application they start as its role (ADR 0002). */
export function createPool({ url, as, max }: PoolOptions): pg.Pool {
  const role = as === 'application' ? ` -c role=${applicationRole}` : '';
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    // Statements that do not wait for each other's answers are sent at once; PostgreSQL still runs them in turn. The
    // owner's pool serves the job queue, whose library was not written for that.
    pipeline: as === 'application',
    ...(as === 'application' ? { stream: gatheringSocket } : {}),
    application_name: `anlin-${as}`,
    options: `-c search_path=${schemaName},public -c timezone=UTC -c jit=off${role}`,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
  });
  // A connection that dies while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * A connection on which statements sent in one turn of the event loop leave in one packet. A packet costs more than most statements:
 * half of what Node spends on a payment.
 */
function gatheringSocket(): Socket {
  const socket = new Socket();
  // Connecting puts the plain `write` back in its place.
  socket.once('connect', () => {
    const write = socket.write.bind(socket);
    let isGathering = false;
    socket.write = ((...args: Parameters<typeof write>) => {
      if (!isGathering) {
        isGathering = true;
        socket.cork();
        process.nextTick(() => {
          isGathering = false;
          socket.uncork();
        });
      }
      return write(...args);
    }) as typeof socket.write;
  });
  return socket;
}
