import { basename } from 'node:path';
import * as contract from '@anlin/contract';
import { platformFail } from '@anlin/contract';
import { asStaff } from '../boundary.ts';
import { publicRoute, type Route, route, sessionRoute } from '../http/route.ts';
import { findFile, isLinkValid, recordFile, signLink } from './file-record.ts';
import type { FileOwnerKinds } from './file-use.ts';
import { headBytes, mediaTypeOf, pictureTypes } from './media-type.ts';

const maxNameLength = 200;

/** The routes of files; `kinds` are the rows through which files may be seen. */
export const fileRoutes = (kinds: FileOwnerKinds): Route[] => [
  sessionRoute(contract.uploadFile, async (session, _input, { request, services }) => {
    // Rights first: nobody fills the disk who may not.
    const companyId = await session.run(async (ctx) => ctx.companyId);
    const part = await request.file();
    if (!part) throw platformFail('file.missing');
    const id = services.newId();
    const { sizeBytes, sha256 } = await services.files.write(companyId, id, part.file);
    if (part.file.truncated) throw platformFail('file.tooLarge', { limit: '100 MB' });
    const name = basename(part.filename).slice(-maxNameLength) || '未命名';
    const mediaType = mediaTypeOf(await services.files.head(companyId, id, headBytes), part.mimetype);
    await session.run((ctx) => recordFile(ctx, { id, name, sizeBytes, mediaType, sha256 }));
    return { id, name, size: sizeBytes, mediaType };
  }),
  route(contract.fileLink, async (ctx, { params }, { services }, session) => {
    const file = await findFile(ctx, params.id, kinds);
    return { url: signLink(services.secret, session, file.id, ctx.clock.now()) };
  }),
  publicRoute(contract.downloadFile, async (services, { params, query }, { reply }) => {
    const { company: companyId, staff: staffId, client, expires, signature } = query;
    const link = { companyId, staffId, client, fileId: params.id, expires, signature };
    if (!isLinkValid(services.secret, link, services.clock.now())) throw platformFail('file.notFound');
    // Opened as the person it was given to: a right taken away since then closes the link.
    const file = await asStaff(services, companyId, staffId, (ctx) => findFile(ctx, params.id, kinds), client);
    // Pictures are shown in pages; everything else is only ever saved, so that no file of a person runs on our address.
    const isPicture = pictureTypes.has(file.mediaType);
    void reply
      .header(
        'content-disposition',
        `${isPicture ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      )
      .header('content-length', file.sizeBytes.toString())
      .header('cache-control', isPicture ? 'private, max-age=600' : 'private, no-store')
      .type(isPicture ? file.mediaType : 'application/octet-stream');
    return services.files.read(query.company, file.id);
  }),
];
