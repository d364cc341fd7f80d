import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Stop } from '../database/stop.ts';
import type { Services } from '../services.ts';

/** Only readings are given up: what a person asked to be done is done, whether they wait for it or not. */
export const isReading = (request: FastifyRequest) => request.method === 'GET';

/** Says when whoever asked has gone before the reply was sent: the page was left, or the person pressed 停止. */
export function stopWhenGone({ raw }: FastifyReply, { ownerPool }: Pick<Services, 'ownerPool'>): Stop {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  // As the owner: the application's role may not signal the role it signed in as.
  return { signal: gone.signal, cancel: (processId) => ownerPool.query('select pg_cancel_backend($1)', [processId]) };
}

/** Failed because nobody waited for it any more: nothing to write down. */
export const wasGivenUp = (request: FastifyRequest, reply: FastifyReply) =>
  isReading(request) && reply.raw.destroyed && !reply.raw.writableFinished;
