import type { AttachedFile } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkFiles, type FileOwnerKind, useFiles } from '../../platform/files/file-use.ts';
import { forgetFiles } from '../../platform/files/forget-files.ts';
import { ownFilesOf } from '../../resource/index.ts';

/** The photo is seen by whoever sees the person. */
const photoOwner = 'resident';
/** Documents are mostly copies of id cards: they open for who may see those, and each opening is audited (EST-12). */
export const documentOwner = 'residentDocument';
/** Attached in fields the company added: seen by whoever sees the person. */
export const ownFilesOwner = ownFilesOf(photoOwner);
export const ownFilesOwnerKind: FileOwnerKind = { table: 'resident', view: 'resident.view' };
export const documentOwnerKind: FileOwnerKind = {
  table: 'resident',
  view: 'resident.reveal',
  openingAudit: 'resident.openDocument',
};

export interface ResidentFiles {
  photo: readonly string[];
  documents: readonly string[];
}

/** From now on the person has these files; what was taken off them is forgotten. Errors: reference.notFound, file.typeRefused (422). */
export async function changeFiles(ctx: Context, id: string, was: ResidentFiles, is: ResidentFiles): Promise<void> {
  await checkFiles(ctx, { path: 'photo', label: '照片', accept: 'image' }, is.photo, was.photo);
  await checkFiles(ctx, { path: 'documents', label: '证件与文件', accept: 'any' }, is.documents, was.documents);
  await useFiles(ctx, { resource: photoOwner, id, communityId: null }, is.photo);
  await useFiles(ctx, { resource: documentOwner, id, communityId: null }, is.documents);
  const kept = new Set([...is.photo, ...is.documents]);
  await forgetFiles(
    ctx,
    [...was.photo, ...was.documents].filter((file) => !kept.has(file)),
  );
}

/** The person is gone or erased: nothing of theirs stays, in the store either, nor what was exported of them. */
export async function forgetFilesOf(ctx: Context, id: string): Promise<void> {
  const uses = await ctx.tx.rows<{ file_id: string }>(sql`delete from file_use where company_id = ${ctx.companyId}
    and owner_id = ${id} and resource = any (${[photoOwner, documentOwner, ownFilesOwner]}) returning file_id`);
  const exports = await ctx.tx.rows<{ id: string }>(sql`select id from task where company_id = ${ctx.companyId}
    and kind = 'exportResident' and input ->> 'residentId' = ${id}`);
  await forgetFiles(ctx, [...uses.map((use) => use.file_id), ...exports.map((task) => task.id)]);
}

/** The files of two records of one person: the photo of the one that stays, or else of the other, and the documents of both. */
export async function mergeFiles(ctx: Context, keptId: string, otherId: string): Promise<void> {
  const [kept, other] = [await fileIdsOf(ctx, keptId), await fileIdsOf(ctx, otherId)];
  const photo = kept.photo.length > 0 ? kept.photo : other.photo;
  const documents = [...new Set([...kept.documents, ...other.documents])];
  await useFiles(ctx, { resource: photoOwner, id: keptId, communityId: null }, photo);
  await useFiles(ctx, { resource: documentOwner, id: keptId, communityId: null }, documents);
  await ctx.tx.run(sql`update resident set photo = ${photo}::uuid[], documents = ${documents}::uuid[]
    where company_id = ${ctx.companyId} and id = ${keptId}`);
  await forgetFilesOf(ctx, otherId);
}

async function fileIdsOf(ctx: Context, id: string): Promise<{ photo: string[]; documents: string[] }> {
  const row = await ctx.tx.first<{ photo: string[]; documents: string[] }>(
    sql`select photo, documents from resident where company_id = ${ctx.companyId} and id = ${id}`,
  );
  return row ?? { photo: [], documents: [] };
}

/** The files in the order the person has them. */
export async function readFilesOf(
  ctx: Context,
  id: string,
): Promise<{ photo: AttachedFile[]; documents: AttachedFile[] }> {
  const ids = await fileIdsOf(ctx, id);
  const rows = await ctx.tx.rows<Omit<AttachedFile, 'sizeBytes'> & { sizeBytes: bigint }>(sql`
    select id, name, media_type as "mediaType", size_bytes as "sizeBytes" from file
    where company_id = ${ctx.companyId} and id = any (${[...ids.photo, ...ids.documents]}::uuid[])`);
  const byId = new Map(rows.map((row) => [row.id, { ...row, sizeBytes: Number(row.sizeBytes) }]));
  const found = (list: readonly string[]) => list.flatMap((file) => byId.get(file) ?? []);
  return { photo: found(ids.photo), documents: found(ids.documents) };
}
