import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What a signature is over. `target` is path and query as they stand in the request line, `body` the bytes as sent. */
export interface SignedRequest {
  method: string;
  target: string;
  /** Unix seconds, as text. */
  timestamp: string;
  nonce: string;
  body: Buffer;
}

/**
 * HMAC-SHA256 in lower-case hex over six lines: method, path, query (empty where there is none), timestamp, nonce and the SHA-256 of
 * the body in hex (ADR 0057). Nothing is sorted or decoded, so that there is one way to write each line.
 */
export function signRequest(secret: string, { method, target, timestamp, nonce, body }: SignedRequest): string {
  const mark = target.indexOf('?');
  const [path, query] = mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
  const lines = [method.toUpperCase(), path, query, timestamp, nonce, createHash('sha256').update(body).digest('hex')];
  return createHmac('sha256', secret).update(lines.join('\n')).digest('hex');
}

/** Compares in constant time, whatever the other text looks like. */
export function isSameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
