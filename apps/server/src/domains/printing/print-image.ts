import { buffer } from 'node:stream/consumers';
import { inflateSync } from 'node:zlib';
import { type PrintImageView, platformFail, printFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { findFile } from '../../platform/files/file-record.ts';
import type { FileStore } from '../../platform/files/file-store.ts';

const mostBytes = 1024 * 1024;
const mostPixels = 2000;

interface ImageFacts {
  mediaType: 'image/png' | 'image/jpeg';
  widthPx: number;
  heightPx: number;
}

const refuse = (reason: string) => printFail('printImage.refused', { reason });

/**
 * Registers an uploaded file as a picture for paper, or as the seal (公章) of a community. The picture is read to its end
 * here, so that printing never meets a broken one.
 */
export async function addImage(
  ctx: Context,
  files: FileStore,
  input: { fileId: string; communityId: string | null; isSeal: boolean },
): Promise<PrintImageView> {
  if (input.communityId === null && ctx.communityIds !== '*') throw printFail('printTemplate.companyWide');
  const community = input.communityId
    ? await ctx.tx.first(sql`select 1 from community where company_id = ${ctx.companyId} and id = ${input.communityId}`)
    : true;
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
  const file = await findFile(ctx, input.fileId, new Map());
  if (file.sizeBytes > mostBytes) throw refuse('文件超过 1 MB');
  const facts = readImage(await buffer(files.read(ctx.companyId, file.id)));
  await ctx.tx.run(sql`insert into print_image (company_id, id, community_id, is_seal, name, media_type, width_px, height_px, created_at)
    values (${ctx.companyId}, ${file.id}, ${input.communityId}, ${input.isSeal}, ${file.name}, ${facts.mediaType}, ${facts.widthPx},
      ${facts.heightPx}, ${nowText(ctx)}) on conflict (company_id, id) do nothing`);
  await recordAudit(ctx, {
    action: input.isSeal ? 'printImage.seal' : 'printImage.add',
    targetKind: 'printImage',
    targetId: file.id,
    targetLabel: file.name,
    communityId: input.communityId,
  });
  return { id: file.id, name: file.name, widthPx: facts.widthPx, heightPx: facts.heightPx };
}

/** What kind of picture it is and how large. 422 for anything that is not a whole PNG or JPEG. */
export function readImage(content: Buffer): ImageFacts {
  const isPng = content.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  const facts = isPng ? readPng(content) : readJpeg(content);
  if (facts.widthPx < 1 || facts.heightPx < 1 || facts.widthPx > mostPixels || facts.heightPx > mostPixels)
    throw refuse(`宽高应在 ${mostPixels} 像素以内`);
  return facts;
}

const channelsByColorType: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function readPng(content: Buffer): ImageFacts {
  if (content.length < 33 || content.toString('latin1', 12, 16) !== 'IHDR') throw refuse('PNG 文件不完整');
  const widthPx = content.readUInt32BE(16);
  const heightPx = content.readUInt32BE(20);
  const [depth = 0, colorType = 0, , , interlace = 0] = content.subarray(24, 29);
  const channels = channelsByColorType[colorType];
  if (widthPx > mostPixels || heightPx > mostPixels) throw refuse(`宽高应在 ${mostPixels} 像素以内`);
  if (channels === undefined || depth !== 8 || interlace !== 0) throw refuse('请另存为普通的 8 位 PNG（不要隔行）');
  const data: Buffer[] = [];
  let isEnded = false;
  for (let at = 8; at + 12 <= content.length && !isEnded; ) {
    const length = content.readUInt32BE(at);
    const kind = content.toString('latin1', at + 4, at + 8);
    if (kind === 'IDAT') data.push(content.subarray(at + 8, at + 8 + length));
    isEnded = kind === 'IEND';
    at += 12 + length;
  }
  const expected = (widthPx * channels + 1) * heightPx;
  try {
    const pixels = inflateSync(Buffer.concat(data), { maxOutputLength: expected + 1 });
    if (isEnded && pixels.length === expected) return { mediaType: 'image/png', widthPx, heightPx };
  } catch {
    // Broken data is refused below like missing data.
  }
  throw refuse('PNG 文件已损坏');
}

function readJpeg(content: Buffer): ImageFacts {
  if (content[0] !== 0xff || content[1] !== 0xd8) throw refuse('不是 PNG 或 JPEG 文件');
  for (let at = 2; at + 9 < content.length && content[at] === 0xff; ) {
    const marker = content[at + 1]!;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame)
      return { mediaType: 'image/jpeg', widthPx: content.readUInt16BE(at + 7), heightPx: content.readUInt16BE(at + 5) };
    at += 2 + content.readUInt16BE(at + 2);
  }
  throw refuse('JPEG 文件已损坏');
}

interface ImageRow {
  id: string;
  name: string;
  width_px: number;
  height_px: number;
}

const viewImage = (row: ImageRow): PrintImageView => ({
  id: row.id,
  name: row.name,
  widthPx: row.width_px,
  heightPx: row.height_px,
});

/** Pictures templates of the community may use, newest first, and the seal in force. */
export async function listImages(
  ctx: Context,
  communityId: string | undefined,
): Promise<{ images: PrintImageView[]; seal: PrintImageView | null }> {
  const images = await ctx.tx.rows<ImageRow>(sql`select id, name, width_px, height_px from print_image
    where company_id = ${ctx.companyId} and not is_seal and (community_id is null or community_id = ${communityId ?? null}::uuid)
    order by created_at desc, id limit 100`);
  const seal = await ctx.tx.first<ImageRow>(sql`select id, name, width_px, height_px from print_image
    where company_id = ${ctx.companyId} and is_seal and (community_id is null or community_id = ${communityId ?? null}::uuid)
    order by community_id is null, created_at desc, id desc limit 1`);
  return { images: images.map(viewImage), seal: seal ? viewImage(seal) : null };
}

/** The seal in force for each of these communities. */
export async function readSeals(ctx: Context, communityIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await ctx.tx.rows<{ community_id: string; image_id: string | null }>(sql`
    select c.id as community_id, (select i.id from print_image i where i.company_id = c.company_id and i.is_seal
        and (i.community_id = c.id or i.community_id is null) order by i.community_id is null, i.created_at desc, i.id desc limit 1) as image_id
    from community c where c.company_id = ${ctx.companyId} and c.id = any (${[...communityIds]}::uuid[])`);
  return new Map(rows.flatMap((row) => (row.image_id ? [[row.community_id, row.image_id] as const] : [])));
}

/** The company's logo, unless it is of a kind paper cannot have (GIF). */
export function readCompanyLogo(ctx: Context): Promise<{ id: string; media_type: string } | undefined> {
  return ctx.tx.first(sql`select f.id, f.media_type from company c join file f on f.company_id = c.id and f.id = c.logo[1]
    where c.id = ${ctx.companyId} and f.media_type = any (${['image/png', 'image/jpeg', 'image/webp']})`);
}

/** Media type of a picture for paper in sight, or of the company's logo; 404 otherwise. */
export async function findImage(ctx: Context, id: string): Promise<{ id: string; mediaType: string }> {
  const image = await ctx.tx.first<{ id: string; media_type: string }>(
    sql`select id, media_type from print_image where company_id = ${ctx.companyId} and id = ${id}`,
  );
  const logo = image ? undefined : await readCompanyLogo(ctx);
  const row = image ?? (logo?.id === id ? logo : undefined);
  if (!row) throw platformFail('file.notFound');
  return { id: row.id, mediaType: row.media_type };
}
