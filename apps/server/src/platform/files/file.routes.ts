import { basename } from 'node:path';
import * as contract from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { asSystem } from '../boundary.ts';
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
  route(contract.fileLink, async (ctx, { params }, { services }) => {
    const file = await findFile(ctx, params.id);
    return { url: signLink(services.secret, ctx.companyId, file.id, ctx.clock.now()) };
  }),
  publicRoute(contract.downloadFile, async (services, { params, query }, { reply }) => {
    const link = { companyId: query.company, fileId: params.id, expires: query.expires, signature: query.signature };
    if (!isLinkValid(services.secret, link, services.clock.now())) throw platformFail('file.notFound');
    const file = await asSystem(services, query.company, (ctx) => findFile(ctx, params.id));
    void reply
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
      .header('content-length', file.sizeBytes.toString())
      .header('cache-control', 'private, no-store')
      .type('application/octet-stream');
    return services.files.read(query.company, file.id);
  }),
];
