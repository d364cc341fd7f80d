import { basename } from 'node:path';
import * as contract from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { asStaff } from '../boundary.ts';
import { publicRoute, type Route, route, sessionRoute } from '../http/route.ts';
import { findFile, isLinkValid, recordFile, signLink } from './file-record.ts';

const maxNameLength = 200;

export const fileRoutes: Route[] = [
  sessionRoute(contract.uploadFile, async (session, _input, { request, services }) => {
    // Rights first: nobody fills the disk who may not.
    const companyId = await session.run(async (ctx) => ctx.companyId);
    const part = await request.file();
    if (!part) throw platformFail('file.missing');
    const id = services.newId();
    const { sizeBytes, sha256 } = await services.files.write(companyId, id, part.file);
    if (part.file.truncated) throw platformFail('file.tooLarge', { limit: '100 MB' });
    const name = basename(part.filename).slice(-maxNameLength) || '未命名';
    const mediaType = part.mimetype;
    await session.run((ctx) => recordFile(ctx, { id, name, sizeBytes, mediaType, sha256 }));
    return { id, name, size: sizeBytes, mediaType };
  }),
  route(contract.fileLink, async (ctx, { params }, { services }, session) => {
    const file = await findFile(ctx, params.id);
    return { url: signLink(services.secret, session, file.id, ctx.clock.now()) };
  }),
  publicRoute(contract.downloadFile, async (services, { params, query }, { reply }) => {
    const { company: companyId, staff: staffId, client, expires, signature } = query;
    const link = { companyId, staffId, client, fileId: params.id, expires, signature };
    if (!isLinkValid(services.secret, link, services.clock.now())) throw platformFail('file.notFound');
    // Opened as the person it was given to: a right taken away since then closes the link.
    const file = await asStaff(services, companyId, staffId, (ctx) => findFile(ctx, params.id), client);
    void reply
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
      .header('content-length', file.sizeBytes.toString())
      .header('cache-control', 'private, no-store')
      .type('application/octet-stream');
    return services.files.read(query.company, file.id);
  }),
];
