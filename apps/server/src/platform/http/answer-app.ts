import { Readable } from 'node:stream';
import { isAppAccess, platformFail } from '@anlin/contract';
import type { FastifyReply, FastifyRequest, preParsingAsyncHookHandler, preValidationAsyncHookHandler } from 'fastify';
import type { KeyPlace } from '../partners/access-id.ts';
import { admitRequest, type Quota } from '../partners/admit-request.ts';
import { inKeyScope, requireUsable } from '../partners/partner-boundary.ts';
import type { Services } from '../services.ts';
import type { Http, Route } from './route.ts';

const maxBodyBytes = 1024 * 1024;
const bodies = new WeakMap<FastifyRequest, Buffer>();
const admitted = new WeakMap<FastifyRequest, KeyPlace>();

/** Hooks of a route of apps: keeps the bytes the signature is over, and checks it before anything of them is looked at. */
export function signedRequestOf(services: Services): {
  preParsing: preParsingAsyncHookHandler;
  preValidation: preValidationAsyncHookHandler;
} {
  return {
    preParsing: async (request, _reply, payload) => {
      const body = await readWhole(payload);
      bodies.set(request, body);
      return Readable.from(body.length === 0 ? [] : [body]);
    },
    preValidation: async (request, reply) => {
      const place = await admitRequest(
        services,
        {
          method: request.method,
          target: request.raw.url ?? request.url,
          header: (name) => {
            const value = request.headers[name];
            return Array.isArray(value) ? undefined : value;
          },
          body: bodies.get(request) ?? Buffer.alloc(0),
          ip: request.ip,
          requestId: request.id,
        },
        (quota) => tellQuota(reply, quota),
      );
      admitted.set(request, place);
    },
  };
}

async function readWhole(payload: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of payload) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    size += bytes.length;
    if (size > maxBodyBytes) throw platformFail('request.tooLarge', { limit: '1 MB' });
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** The fields of draft-ietf-httpapi-ratelimit-headers (structured: `q`uota in a `w`indow of seconds, `r`emaining, `t`ime to reset). */
function tellQuota(reply: FastifyReply, { limit, remaining, resetSeconds }: Quota): void {
  reply.header('RateLimit-Policy', `"minute";q=${limit};w=60`);
  reply.header('RateLimit', `"minute";r=${Math.max(0, remaining)};t=${resetSeconds}`);
  if (remaining < 0) reply.header('Retry-After', String(resetSeconds));
}

/** A request of an app that was admitted: its key must still hold, and have the scope that the endpoint names. */
export async function answerApp(
  services: Services,
  route: Extract<Route, { kind: 'app' }>,
  input: never,
  http: Http,
): Promise<unknown> {
  const place = admitted.get(http.request);
  const { access } = route.endpoint;
  if (!place || !isAppAccess(access)) throw platformFail('session.required');
  const origin = { ip: http.ip, requestId: http.request.id };
  return inKeyScope(services, place, origin, (ctx, row) => route.handle(ctx, input, http, requireUsable(row, access)));
}
