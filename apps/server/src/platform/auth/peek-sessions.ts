import type { Client } from '../context.ts';
import type { Services } from '../services.ts';

/** Whose session a request came with, and how often anything of their company had changed when it was looked up. */
export interface PeekedSession {
  sessionId: string;
  companyId: string;
  staffId: string;
  client: Client;
  lastSeenAt: string;
  /** Of `change_stamp`. */
  changes: string;
}

/** Looks up the session of a token's hash after it was asked for; undefined: there is none, or it has expired. */
export type PeekSession = (tokenHash: Buffer) => Promise<PeekedSession | undefined>;

interface Row {
  token_hash: Buffer;
  id: string;
  company_id: string;
  staff_id: string;
  client: Client;
  last_seen_at: string;
  changes: string;
}

/** So that a crowd does not become one statement as long as the crowd. */
const mostAtOnce = 100;

type Asked = Map<string, { hash: Buffer; found: PromiseWithResolvers<PeekedSession | undefined> }>;

/**
 * Requests that arrive in the same moment share one statement, sent after the last of them arrived: what was taken away
 * before a request came is gone for it. The rights themselves are not read; they are as they were while the count of
 * changes is the same.
 */
export function sessionPeeks({ pool, clock }: Pick<Services, 'pool' | 'clock'>): PeekSession {
  let asked: Asked = new Map();
  const send = async (batch: Asked) => {
    try {
      const { rows } = await pool.query<Row>({
        name: 'peek-sessions',
        text: `select s.token_hash, s.id, s.company_id, s.staff_id, s.client, s.last_seen_at, change_stamp(s.company_id) as changes
          from session s where s.token_hash = any ($1::bytea[]) and s.expires_at > $2`,
        values: [[...batch.values()].map(({ hash }) => hash), clock.now().toString()],
      });
      for (const row of rows) batch.get(row.token_hash.toString('latin1'))?.found.resolve(peekedOf(row));
      for (const { found } of batch.values()) found.resolve(undefined);
    } catch (error) {
      for (const { found } of batch.values()) found.reject(error);
    }
  };
  const sendAsked = () => {
    const batch = asked;
    asked = new Map();
    if (batch.size > 0) void send(batch);
  };
  return (hash) => {
    const key = hash.toString('latin1');
    let one = asked.get(key);
    if (!one) {
      one = { hash, found: Promise.withResolvers() };
      asked.set(key, one);
      if (asked.size === 1) setImmediate(sendAsked);
      if (asked.size === mostAtOnce) sendAsked();
    }
    return one.found.promise;
  };
}

const peekedOf = (row: Row): PeekedSession => ({
  sessionId: row.id,
  companyId: row.company_id,
  staffId: row.staff_id,
  client: row.client,
  lastSeenAt: row.last_seen_at,
  changes: row.changes,
});
