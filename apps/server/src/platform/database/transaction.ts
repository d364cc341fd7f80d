import type pg from 'pg';
import type { QueryResultRow } from 'pg';
import { type Sql, sql } from './sql.ts';
import { heedStop, type Stop } from './stop.ts';

/** One open transaction. Everything a use case reads and writes goes through it. */
export interface Transaction {
  /** All rows. The statement is prepared once per connection and named by its text. */
  rows<Row extends QueryResultRow>(query: Sql): Promise<Row[]>;
  /** The only row, or undefined. */
  first<Row extends QueryResultRow>(query: Sql): Promise<Row | undefined>;
  /** Runs and says how many rows were touched. */
  run(query: Sql): Promise<number>;
  /** Rows of a statement built from a filter: planned anew each time, so that its shape fits its values. */
  ad<Row extends QueryResultRow>(query: Sql): Promise<Row[]>;
  /**
   * Whatever was sent and needs no answer but that it succeeded: `commit` follows at once, in the same packet. Only for the last statement,
   * which refuses by itself whatever must not be committed: PostgreSQL then rolls back, and the transaction fails with its error.
   */
  leaveToEnd(sent: Promise<unknown>): void;
  /** The connection itself, for streams. */
  client: pg.PoolClient;
}

const statementNames = new Map<string, string>();

function nameOf(text: string): string {
  let name = statementNames.get(text);
  if (name === undefined) {
    name = `s${statementNames.size}`;
    statementNames.set(text, name);
  }
  return name;
}

/** What each open transaction left to its end. */
const leftToEnd = new WeakMap<Transaction, Promise<unknown>[]>();

/** `signal`: nothing more is asked once it says so. */
export function transactionOf(client: pg.PoolClient, signal?: AbortSignal): Transaction {
  const left: Promise<unknown>[] = [];
  const named = async <Row extends QueryResultRow>(query: Sql) => {
    signal?.throwIfAborted();
    const text = query.text;
    return client.query<Row>({ name: nameOf(text), text, values: query.values });
  };
  const tx: Transaction = {
    client,
    leaveToEnd(sent) {
      // Awaited with `commit`; should the transaction fail before, nobody else would take note of it.
      sent.catch(() => {});
      left.push(sent);
    },
    rows: async <Row extends QueryResultRow>(query: Sql) => (await named<Row>(query)).rows,
    first: async <Row extends QueryResultRow>(query: Sql) => (await named<Row>(query)).rows[0],
    run: async (query) => (await named(query)).rowCount ?? 0,
    ad: async <Row extends QueryResultRow>(query: Sql) => {
      signal?.throwIfAborted();
      return (await client.query<Row>({ text: query.text, values: query.values })).rows;
    },
  };
  leftToEnd.set(tx, left);
  return tx;
}

/**
 * Opens a transaction, commits when `work` returns and rolls back when it throws. A connection whose rollback
 * fails is thrown away.
 */
export function inTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inOpenedTransaction(
    pool,
    async () => undefined,
    (tx) => work(tx),
  );
}

interface Opening {
  /** How the transaction is opened, where it is not the plain way. */
  begin?: string | undefined;
  /** Says when nobody waits for the outcome any more: what runs is cancelled and rolled back. */
  stop?: Stop | undefined;
}

/**
 * The same with a first step that travels together with `begin`, in one round trip. It may only read and set the
 * transaction's own settings: should `begin` be refused, it has run outside a transaction and nothing after it is sent.
 */
export async function inOpenedTransaction<Opened, T>(
  pool: pg.Pool,
  open: (tx: Transaction) => Promise<Opened>,
  work: (tx: Transaction, opened: Opened) => Promise<T>,
  { begin = 'begin', stop }: Opening = {},
): Promise<T> {
  const client = await pool.connect();
  const stopHeeding = stop ? heedStop(stop, client) : undefined;
  let broken: Error | undefined;
  try {
    const tx = transactionOf(client, stop?.signal);
    const [, opened] = await Promise.all([client.query(begin), open(tx)]);
    const result = await work(tx, opened);
    await stopHeeding?.();
    await Promise.all([...(leftToEnd.get(tx) ?? []), client.query('commit')]);
    return result;
  } catch (error) {
    await stopHeeding?.();
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Steps into a company with a data scope: `'*'` for every community. Holds until the transaction ends. */
export async function enterCompany(
  tx: Transaction,
  companyId: string,
  communityIds: '*' | readonly string[],
): Promise<void> {
  const scope = communityIds === '*' ? '*' : `{${communityIds.join(',')}}`;
  await tx.rows(
    sql`select set_config('app.company_id', ${companyId}, true), set_config('app.community_ids', ${scope}, true)`,
  );
}
