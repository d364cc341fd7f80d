/** A client of the open API of Anlin, with nothing but Node.js: signs requests, turns pages, says why a request was refused. */
import { createHash, createHmac, randomUUID } from 'node:crypto';

export interface ClientOptions {
  /** `https://wy.example.com` */
  site: string;
  /** `ak_…`, shown under 开放平台. */
  key: string;
  /** Shown once, when the key was made. */
  secret: string;
  /** Milliseconds; for tests. */
  now?: () => number;
}

/** A refusal: `code` is for programs, the message is a Chinese sentence for people. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Seconds to wait, where the server says so (429). */
  readonly retryAfter: number;

  constructor(status: number, problem: { code?: string; detail?: string }, retryAfter: number) {
    super(problem.detail ?? `HTTP ${status}`);
    this.status = status;
    this.code = problem.code ?? '';
    this.retryAfter = retryAfter;
  }
}

/** The four headers of a request. `target` is path and query exactly as they are sent, `body` the bytes. */
export function signatureHeaders(
  { key, secret, now = Date.now }: Pick<ClientOptions, 'key' | 'secret' | 'now'>,
  { method, target, body }: { method: string; target: string; body: string },
): Record<string, string> {
  const [path = '', query = ''] = target.split('?', 2);
  const timestamp = String(Math.floor(now() / 1000));
  const nonce = randomUUID();
  const bodyHash = createHash('sha256').update(body).digest('hex');
  const text = [method, path, query, timestamp, nonce, bodyHash].join('\n');
  return {
    'X-Anlin-Key': key,
    'X-Anlin-Timestamp': timestamp,
    'X-Anlin-Nonce': nonce,
    'X-Anlin-Signature': createHmac('sha256', secret).update(text).digest('hex'),
  };
}

export interface House {
  id: string;
  fullName: string;
  builtArea: string;
}

export interface Line {
  action: 'put' | 'withdraw';
  externalId: string;
  [field: string]: unknown;
}

export interface LineOutcome {
  externalId: string;
  outcome: 'created' | 'updated' | 'unchanged' | 'withdrawn' | 'refused';
  billId: string | null;
  message: string;
}

export interface Payment {
  id: string;
  sequence: number;
  kind: 'receipt' | 'reversal' | 'restoration' | 'refund';
  number: string;
  total: string;
  bills: { billId: string; externalId: string | null; principal: string; lateFee: string }[];
}

export function createClient(options: ClientOptions) {
  async function ask<T>(
    method: 'GET' | 'POST',
    target: string,
    given?: unknown,
    more?: Record<string, string>,
  ): Promise<T> {
    const body = given === undefined ? '' : JSON.stringify(given);
    const response = await fetch(options.site + target, {
      method,
      headers: {
        ...signatureHeaders(options, { method, target, body }),
        ...(given === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...more,
      },
      ...(given === undefined ? {} : { body }),
    });
    const answer = (await response.json()) as T & { code?: string; detail?: string };
    if (!response.ok) throw new Refusal(response.status, answer, Number(response.headers.get('Retry-After') ?? 0));
    return answer;
  }

  return {
    community: () => ask<{ id: string; name: string; scopes: string[] }>('GET', '/api/open/v1/community'),

    chargeItems: () => ask<{ rows: { id: string; name: string }[] }>('GET', '/api/open/v1/charge-items'),

    /** All houses, or those changed since the `asOf` of the round before. */
    async houses(changedSince?: string): Promise<{ rows: House[]; asOf: string }> {
      const rows: House[] = [];
      let asOf = '';
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query = new URLSearchParams({
          limit: '500',
          ...(cursor ? { cursor } : {}),
          ...(changedSince ? { changedSince } : {}),
        });
        const page: { rows: House[]; nextCursor: string | null; asOf: string } = await ask(
          'GET',
          `/api/open/v1/houses?${query}`,
        );
        rows.push(...page.rows);
        asOf ||= page.asOf;
        cursor = page.nextCursor;
      }
      return { rows, asOf };
    },

    /** `batchKey` belongs to these lines: send the same again after a lost answer, and nothing is done twice. */
    syncBills: (batchKey: string, lines: readonly Line[]) =>
      ask<{ lines: LineOutcome[] }>('POST', '/api/open/v1/bills/sync', { lines }, { 'Idempotency-Key': batchKey }),

    /** Documents after the cursor. Write them and `nextCursor` in one transaction of your own, and none is lost or counted twice. */
    payments: (cursor: string | undefined) =>
      ask<{ rows: Payment[]; nextCursor: string; hasMore: boolean }>(
        'GET',
        `/api/open/v1/payments?${new URLSearchParams({ limit: '200', ...(cursor ? { cursor } : {}) })}`,
      ),
  };
}
