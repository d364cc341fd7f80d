import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Serves the built back office from `folder`: its assets for ever (their names carry their content), its one page for
 * every other address that is not the API's, so that addresses can be shared. Without a build there is only the API.
 */
export async function serveBackOffice(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, 'index.html'))) return;
  await app.register(fastifyStatic, { root: folder, serve: false });
  const page = (reply: FastifyReply, url: string) => {
    if (isOwnWindow(url)) reply.header('cross-origin-opener-policy', 'unsafe-none');
    return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false });
  };
  app.get<{ Params: { file: string } }>('/assets/:file', { schema: { hide: true } }, (request, reply) =>
    reply.sendFile(`assets/${request.params.file}`, { maxAge: '1y', immutable: true }),
  );
  app.get('/favicon.svg', { schema: { hide: true } }, (_, reply) => reply.sendFile('favicon.svg', { maxAge: '1d' }));
  app.get('/', { schema: { hide: true } }, (request, reply) => page(reply, request.url));
  app.get('/*', { schema: { hide: true } }, (request, reply) =>
    request.url.startsWith('/api/') || request.url.startsWith('/assets/')
      ? reply.callNotFound()
      : page(reply, request.url),
  );
}

// A paper that prints itself waits for a person or a slow printer, and a window that shares the process of its opener would
// hold up the desk meanwhile. With another policy than the desk's the browser parts them. Prepared papers come with the
// storage of their opener and stay with it.
function isOwnWindow(url: string): boolean {
  return url.startsWith('/print/') && !url.startsWith('/print/prepared/');
}
