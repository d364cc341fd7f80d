import { basename } from 'node:path';
import * as contract from '@anlin/contract';
import { DomainError, platformFail } from '@anlin/contract';
import { recordAudit } from '../audit/record-audit.ts';
import { asStaff } from '../boundary.ts';
import { publicRoute, type Route, route, sessionRoute } from '../http/route.ts';
import { findFile, isLinkValid, recordFile, signLink } from './file-record.ts';
import { auditedOwners, type FileOwnerKinds } from './file-use.ts';
import { pictureTypes } from './media-type.ts';
import { readSmall, receiveFile, removeFile } from './receive-file.ts';

const maxNameLength = 200;

/** The routes of files; `kinds` are the rows through which files may be seen. */
export const fileRoutes = (kinds: FileOwnerKinds): Route[] => [
  sessionRoute(contract.uploadFile, async (session, _input, { request, services }) => {
    // Rights first: nobody fills the disk who may not.
    const companyId = await session.run(async (ctx) => ctx.companyId);
    const part = await request.file();
    if (!part) throw platformFail('file.missing');
    const id = services.newId();
    const { sizeBytes, sha256, mediaType } = await receiveFile(services.files, companyId, id, {
      content: part.file,
      claimedType: part.mimetype,
    });
    if (part.file.truncated) {
      await removeFile(services.files, companyId, id);
      throw platformFail('file.tooLarge', { limit: '100 MB' });
    }
    const name = basename(part.filename).slice(-maxNameLength) || '未命名';
    await session.run((ctx) => recordFile(ctx, { id, name, sizeBytes, mediaType, sha256 }));
    return { id, name, size: sizeBytes, mediaType };
  }),
  route(contract.fileLink, async (ctx, { params }, { services }, session) => {
    const file = await findFile(ctx, params.id, kinds);
    for (const owner of await auditedOwners(ctx, kinds, file.id)) {
      await recordAudit(ctx, { ...owner, after: { fileId: file.id } });
    }
    return { url: signLink(services.secret, session, file.id, ctx.clock.now()) };
  }),
  route(contract.fileLinks, async (ctx, { query }, { services }, session) => {
    const links: { id: string; url: string }[] = [];
    for (const id of new Set(query.ids.split(','))) {
      const file = await findFile(ctx, id, kinds).catch((error) => {
        if (error instanceof DomainError) return undefined;
        throw error;
      });
      if (file && (await auditedOwners(ctx, kinds, id)).length === 0) {
        links.push({ id, url: signLink(services.secret, session, id, ctx.clock.now()) });
      }
    }
    return { links };
  }),
  publicRoute(contract.downloadFile, async (services, { params, query }, { reply }) => {
    const { company: companyId, staff: staffId, client, expires, signature } = query;
    const link = { companyId, staffId, client, fileId: params.id, expires, signature };
    if (!isLinkValid(services.secret, link, services.clock.now())) throw platformFail('file.notFound');
    // Opened as the person it was given to: a right taken away since then closes the link.
    const file = await asStaff(services, companyId, staffId, (ctx) => findFile(ctx, params.id, kinds), client);
    // Pictures are shown in pages; everything else is only ever saved, so that no file of a person runs on our address.
    const isPicture = pictureTypes.has(file.mediaType);
    const isSmall = isPicture && query.size === 'thumbnail';
    const thumbnail = isSmall ? await readSmall(services.files, companyId, file, 'thumbnail') : undefined;
    void reply
      .header(
        'content-disposition',
        `${isPicture ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      )
      .header('content-length', String(thumbnail?.length ?? file.sizeBytes))
      .header('cache-control', isPicture ? 'private, max-age=600' : 'private, no-store')
      .type(thumbnail ? 'image/webp' : isPicture ? file.mediaType : 'application/octet-stream');
    return thumbnail ?? services.files.read(companyId, file.id);
  }),
];
