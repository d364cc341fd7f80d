import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { CrashingServer } from '../crashing-server.ts';
import type { BatchLine } from './books.ts';
import type { Company, Site } from './site.ts';

/** What the clients of one seed know of, and may choose from. Filled from answers. */
export interface Notebook {
  billIds: string[];
  voidedBillIds: string[];
  receipts: { id: string; bills: { id: string; fen: bigint; lateFeeFen: bigint }[] }[];
  voidedReceiptIds: string[];
  waivers: string[];
  /** Ids by the model's names. */
  depositIds: Map<string, string>;
  accountIds: Map<string, string>;
  /** Waivers that wait or waited: their own names, by the ids of what was asked. */
  waiting: Map<string, { waiver: string; billId: string; isDecided: boolean }>;
  batches: Map<string, { lines: readonly BatchLine[]; isOpen: boolean }>;
  /** Answers of banks whose lines are being booked: from when to when. */
  bookings: Map<string, { startedAt: number; endedAt: number }>;
  invoiceIds: string[];
  closingIds: string[];
  taskIds: string[];
  owners: Map<string, { occupancyId: string; since: string }>;
}

/** Everything a client needs: where the server is by now, what a crash has taken, who is where. */
export interface World {
  company: Company;
  site: Site;
  today: string;
  notebook: Notebook;
  server(): CrashingServer;
  cookie(): string;
  /** Of the one who decides about what has to be asked for. */
  deciderCookie(): string;
  /** Since a crash began: answers may be lost until everything is up again. */
  isCrashed(): boolean;
  /** How many crashes there were. */
  crashes(): number;
  /** Waits until the server answers again. */
  untilUp(): Promise<void>;
}

export class Lost extends Error {}

export interface Reply {
  status: number;
  body: Record<string, unknown>;
}

const boundary = 'anlin-model-boundary';
const formData = `multipart/form-data; boundary=${boundary}`;

/** Keeps a text as a file, as a browser does. */
export async function upload(world: World, text: string, name: string): Promise<string> {
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: text/plain\r\n\r\n`;
  const reply = await call(world, 'POST', '/api/files', `${head}${text}\r\n--${boundary}--\r\n`);
  return String(reply.body.id);
}

/** One call; `Lost` when a crash took the answer. Anything a server must not say without a crash is a fault. */
export async function call(
  world: World,
  method: string,
  path: string,
  body?: object | string,
  cookie = world.cookie(),
): Promise<Reply> {
  const [isDown, crashes] = [world.isCrashed(), world.crashes()];
  const isLost = () => isDown || world.crashes() !== crashes;
  let reply: Reply;
  try {
    const response = await fetch(`http://127.0.0.1:${world.server().port}${path}`, {
      method,
      headers: {
        cookie,
        ...(body ? { 'content-type': typeof body === 'string' ? formData : 'application/json' } : {}),
      },
      signal: AbortSignal.timeout(30_000),
      ...(body ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
    });
    reply = { status: response.status, body: (await response.json()) as Record<string, unknown> };
  } catch (error) {
    if (isLost()) throw new Lost(String(error));
    throw new Error(`${method} ${path} got no answer though nothing was killed`, { cause: error });
  }
  if (reply.status < 500) return reply;
  if (isLost()) throw new Lost(`${reply.status}`);
  throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${reply.status} ${JSON.stringify(reply.body)}`);
}

/** A read, repeated through a crash. */
export async function read(world: World, path: string): Promise<Record<string, unknown>> {
  for (;;) {
    try {
      const { status, body } = await call(world, 'GET', path);
      if (status === 200) return body;
      throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      await world.untilUp();
    }
  }
}

/** Rows straight from the database, as its owner. */
export async function query<Row extends object>(world: World, text: string, values: unknown[] = []): Promise<Row[]> {
  for (;;) {
    const client = new Client({
      connectionString: world.server().databaseUrl,
      options: '-c search_path=anlin,public',
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query<Row>(text, values)).rows;
    } catch (error) {
      if (!world.isCrashed()) throw error;
      await sleep(100);
    } finally {
      await client.end().catch(() => {});
    }
  }
}
