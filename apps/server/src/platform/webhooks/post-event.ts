import { createHmac } from 'node:crypto';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP } from 'node:net';
import {
  type AddressRule,
  guardedLookup,
  hostOf,
  isAllowedTarget,
  RefusedTarget,
  urlProblem,
} from './guard-address.ts';

export interface PushAnswer {
  isTaken: boolean;
  /** Null: there was none. */
  status: number | null;
  /** What is kept of it: words of ours, or the beginning of the body. */
  answer: string;
}

const answerMs = 10_000;
const keptBytes = 300;

/** Signature of Standard Webhooks 1.0; `secret` is `whsec_` and base64, the time Unix seconds. */
export function signEvent(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/**
 * Posts a body to an address. Redirects are not followed, an answer other than 2xx is none, ten seconds are all it gets, and of what it
 * says only the beginning is read. Never throws.
 */
export function postEvent(
  target: { url: string; secret: string },
  event: { id: string; timestamp: number; body: string },
  rule: AddressRule,
  lookup = guardedLookup(rule),
): Promise<PushAnswer> {
  const problem = urlProblem(target.url, rule);
  const url = URL.parse(target.url);
  if (problem !== null || !url) return Promise.resolve({ isTaken: false, status: null, answer: problem ?? '' });
  const host = hostOf(url);
  if (isIP(host) !== 0 && !isAllowedTarget(host, rule))
    return Promise.resolve({ isTaken: false, status: null, answer: '不能是内网或保留的地址' });
  return new Promise((resolve) => {
    const finish = (answer: PushAnswer) => {
      clearTimeout(timer);
      resolve(answer);
    };
    const request = (url.protocol === 'https:' ? requestSecure : requestPlain)(
      url,
      {
        method: 'POST',
        agent: false,
        lookup,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(event.body),
          'user-agent': 'Anlin-Webhooks/1',
          'webhook-id': event.id,
          'webhook-timestamp': String(event.timestamp),
          'webhook-signature': signEvent(target.secret, event.id, event.timestamp, event.body),
        },
      },
      (response) => {
        const status = response.statusCode ?? 0;
        const parts: Buffer[] = [];
        let size = 0;
        const end = () => {
          const isTaken = status >= 200 && status < 300;
          const isMoved = status >= 300 && status < 400;
          finish({ isTaken, status, answer: isMoved ? '不跟随跳转，请填写最终的地址' : textOf(parts) });
          request.destroy();
        };
        response.on('data', (part: Buffer) => {
          parts.push(part);
          size += part.length;
          if (size >= keptBytes) end();
        });
        response.on('end', end);
        response.on('error', end);
      },
    );
    const timer = setTimeout(() => {
      finish({ isTaken: false, status: null, answer: `${answerMs / 1000} 秒内没有应答` });
      request.destroy();
    }, answerMs);
    request.on('error', (error: NodeJS.ErrnoException) =>
      finish({
        isTaken: false,
        status: null,
        answer: error instanceof RefusedTarget ? error.message : `连不上：${error.code ?? '未知原因'}`,
      }),
    );
    request.end(event.body);
  });
}

/** The beginning of an answer, without what the database cannot keep. */
function textOf(parts: readonly Buffer[]): string {
  return Buffer.concat(parts).subarray(0, keptBytes).toString('utf8').replaceAll('\u0000', '').toWellFormed();
}
