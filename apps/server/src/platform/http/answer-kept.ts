import { platformFail } from '@anlin/contract';
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { tokenHash } from '../auth/open-session.ts';
import type { PeekedSession, PeekSession } from '../auth/peek-sessions.ts';
import { inSteadySession, type SignedIn } from '../boundary.ts';
import type { Context } from '../context.ts';
import type { Services } from '../services.ts';
import { type KeptReplies, keyOf } from './kept-replies.ts';
import { stopWhenGone } from './stop-when-gone.ts';

const json = 'application/json; charset=utf-8';

/** What the replies of all kept routes share. */
export interface Keeping {
  replies: KeptReplies;
  peek: PeekSession;
  /** Notes that a session was used, where it was good for something. */
  touch: (session: PeekedSession) => void;
}

interface Peeked {
  hash: Buffer;
  session: PeekedSession;
  atMilliseconds: number;
}
const peeks = new WeakMap<FastifyRequest, Peeked>();

/**
 * Gives a reply again before anything of the request is looked at but its session: an earlier request with this address had
 * a sound query, and its person the rights for it. Errors: session.required, session.expired.
 */
export function giveKept(
  { clock }: Pick<Services, 'clock'>,
  { replies, peek, touch }: Keeping,
  tokenOf: (request: FastifyRequest) => string,
): onRequestAsyncHookHandler {
  return async (request, reply) => {
    const hash = tokenHash(tokenOf(request));
    const session = await peek(hash);
    if (!session) throw platformFail('session.expired');
    const atMilliseconds = clock.now().epochMilliseconds;
    const kept = replies.find(keyOf(session, request.url), session.changes, atMilliseconds);
    if (!kept) {
      peeks.set(request, { hash, session, atMilliseconds });
      return undefined;
    }
    touch(session);
    return reply.header('server-timing', 'kept').header('content-type', json).send(kept);
  };
}

/** Reads what was not kept, and keeps it if it lasts as long as nothing changes. */
export async function readAndKeep(
  services: Services,
  { replies, touch }: Keeping,
  request: FastifyRequest,
  reply: FastifyReply,
  authorize: (session: SignedIn) => void,
  read: (ctx: Context, session: SignedIn) => Promise<unknown>,
): Promise<unknown> {
  const { hash, session, atMilliseconds } = peeks.get(request)!;
  const origin = { ip: request.ip, requestId: request.id };
  const asking = { tokenHash: hash, origin, stop: stopWhenGone(reply, services) };
  const { result, isSteady } = await inSteadySession(services, asking, session, authorize, read);
  touch(session);
  if (!isSteady) return result;
  const bytes = Buffer.from(String(reply.serialize(result)));
  replies.keep(keyOf(session, request.url), { json: bytes, changes: session.changes, atMilliseconds });
  return reply.header('content-type', json).send(bytes);
}
