/** A receiver of pushes: checks the signature, takes each event once, answers at once. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:http';

export interface PushedEvent {
  id: string;
  type: string;
  /** Rises within the community: of two events of one bill the higher is the newer. */
  sequence: number;
  occurredAt: string;
  data: Record<string, unknown>;
}

const maxSkewSeconds = 300;

/** Whether a push comes from the holder of the secret and is no old one sent again. Standard Webhooks 1.0. */
export function isGenuine(
  secret: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  nowMs = Date.now(),
): boolean {
  const id = String(headers['webhook-id'] ?? '');
  const timestamp = String(headers['webhook-timestamp'] ?? '');
  if (!(Math.abs(nowMs / 1000 - Number(timestamp)) <= maxSkewSeconds)) return false;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return String(headers['webhook-signature'] ?? '')
    .split(' ')
    .some((one) => {
      const given = Buffer.from(one.replace('v1,', ''), 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
}

/**
 * A server that hands every genuine event to `take`, once. `seen` stands for a table with the event's id as its key, written in the
 * transaction that acts on the event.
 */
export function createReceiver(
  secret: string,
  take: (event: PushedEvent) => void,
  { now = Date.now, seen = new Set<string>() }: { now?: () => number; seen?: Set<string> } = {},
): Server {
  return createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString('utf8');
    if (request.method !== 'POST' || !isGenuine(secret, request.headers, body, now())) {
      response.writeHead(401).end();
      return;
    }
    const event = JSON.parse(body) as PushedEvent;
    if (!seen.has(event.id)) {
      take(event);
      seen.add(event.id);
    }
    response.writeHead(204).end();
  });
}
