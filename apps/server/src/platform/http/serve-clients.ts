import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { placeOf } from '@anlin/contract';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/**
 * Serves what people open in a browser from folders of builds: the residents' client under `/m/`, the back office at every
 * other address that is not the API's. Without a build there is only the API. `gateway` stands in for what is outside.
 */
export async function serveClients(
  app: FastifyInstance,
  folders: { backOffice: string; residents: string },
  gateway?: string,
): Promise<void> {
  const hasBackOffice = existsSync(join(folders.backOffice, 'index.html'));
  const hasResidents = existsSync(join(folders.residents, 'index.html'));
  if (!hasBackOffice && !hasResidents) return;
  // Builds have compressed copies beside their scripts and styles.
  const root = [folders.backOffice, folders.residents].filter(existsSync);
  await app.register(fastifyStatic, { root, serve: false, preCompressed: true });
  if (hasResidents) serveResidents(app, folders.residents, gateway);
  if (hasBackOffice) serveBackOffice(app, folders.backOffice);
}

const hidden = { schema: { hide: true } };

/** Assets for ever (their names carry their content), the one page for every other address, so that addresses can be shared. */
function serveBackOffice(app: FastifyInstance, folder: string): void {
  const page = (reply: FastifyReply, url: string) => {
    if (isOwnWindow(url)) reply.header('cross-origin-opener-policy', 'unsafe-none');
    return reply.header('cache-control', 'no-cache').sendFile('index.html', folder, { cacheControl: false });
  };
  app.get<{ Params: { file: string } }>('/assets/:file', hidden, (request, reply) =>
    reply
      .header('vary', 'accept-encoding')
      .sendFile(`assets/${request.params.file}`, folder, { maxAge: '1y', immutable: true }),
  );
  app.get('/favicon.svg', hidden, (_, reply) => reply.sendFile('favicon.svg', folder, { maxAge: '1d' }));
  app.get('/', hidden, (request, reply) => page(reply, request.url));
  app.get('/*', hidden, (request, reply) =>
    request.url.startsWith('/api/') || request.url.startsWith('/assets/')
      ? reply.callNotFound()
      : page(reply, request.url),
  );
}

/** Files of the residents' client that keep their names. */
const residentFiles = ['sw.js', 'manifest.webmanifest', 'icon.svg', 'offline.html'];

/** What opens the pages of the mini-program around the residents' client: allowed to it inside one, and nowhere else (ADR 0055). */
const miniProgramScript = 'https://res.wx.qq.com/open/js/jweixin-1.6.0.js';

function serveResidents(app: FastifyInstance, folder: string, gateway: string | undefined): void {
  app.get<{ Params: { file: string } }>('/m/assets/:file', hidden, (request, reply) =>
    reply
      .header('vary', 'accept-encoding')
      .sendFile(`assets/${request.params.file}`, folder, { maxAge: '1y', immutable: true }),
  );
  for (const file of residentFiles) {
    app.get(`/m/${file}`, hidden, (_, reply) =>
      reply.header('cache-control', 'no-cache').sendFile(file, folder, { cacheControl: false }),
    );
  }
  // Some channels are gone to by a form: this page, and no other, may send one to their addresses.
  const targets = ["'self'", 'https:', ...(gateway ? [new URL(gateway).origin] : [])].join(' ');
  const page = (reply: FastifyReply, userAgent = '') => {
    const policy = String(reply.getHeader('content-security-policy') ?? '').replace(
      /form-action [^;]*/,
      `form-action ${targets}`,
    );
    const isInMiniProgram = placeOf(userAgent) === 'miniProgram';
    reply.header(
      'content-security-policy',
      isInMiniProgram ? policy.replace(/script-src 'self'/, `$& ${miniProgramScript}`) : policy,
    );
    return reply.header('cache-control', 'no-cache').sendFile('index.html', folder, { cacheControl: false });
  };
  app.get('/m', hidden, (_, reply) => reply.redirect('/m/'));
  app.get('/m/*', hidden, (request, reply) => page(reply, request.headers['user-agent']));
}

// A paper that prints itself waits for a person or a slow printer, and a window that shares the process of its opener would
// hold up the desk meanwhile. With another policy than the desk's the browser parts them. Prepared papers come with the
// storage of their opener and stay with it.
function isOwnWindow(url: string): boolean {
  return url.startsWith('/print/') && !url.startsWith('/print/prepared/');
}
