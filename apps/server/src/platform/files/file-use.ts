import { type Permission, platformFail } from '@anlin/contract';
import type { Context } from '../context.ts';
import { identifier, sql } from '../database/sql.ts';
import { pictureTypes } from './media-type.ts';

/** The row files belong to. `resource` is the name of its definition, or of an owner registered in app.ts. */
export interface FileOwner {
  resource: string;
  id: string;
  communityId: string | null;
}

/** How rows of one kind are seen: who holds `view` and finds the row in `table` may open its files. */
export interface FileOwnerKind {
  table: string;
  view: Permission | 'signedIn';
  /** Action of the audit entry written whenever such a file is opened; its links are then never given by the list. */
  openingAudit?: string;
}
export type FileOwnerKinds = ReadonlyMap<string, FileOwnerKind>;

/**
 * Refuses files that are not the actor's own uploads (`kept` are on the row already), and pictures that are none.
 * Errors: reference.notFound (422), file.typeRefused (422), both naming the field at `path`.
 */
export async function checkFiles(
  ctx: Context,
  field: { path: string; label: string; accept: 'image' | 'any' },
  fileIds: readonly string[],
  kept: readonly string[],
): Promise<void> {
  const added = [...new Set(fileIds)].filter((id) => !kept.includes(id));
  if (added.length === 0) return;
  const rows = await ctx.tx.rows<{ name: string; media_type: string }>(
    sql`select name, media_type from file where company_id = ${ctx.companyId} and id = any (${added}::uuid[])
      and (created_by = ${ctx.actor.id} or ${ctx.actor.kind} = 'system')`,
  );
  if (rows.length !== added.length) {
    const message = `${field.label}里有文件不存在，或不是您上传的，请重新上传`;
    throw platformFail('reference.notFound', { label: field.label }, [{ path: field.path, message }]);
  }
  const other = rows.find((row) => !pictureTypes.has(row.media_type));
  if (field.accept === 'image' && other) {
    const params = { type: other.name, allowed: 'JPG、PNG、GIF 或 WebP 图片' };
    const message = `${field.label}只能是${params.allowed}，“${other.name}”不是`;
    throw platformFail('file.typeRefused', params, [{ path: field.path, message }]);
  }
}

/** From now on the row has exactly these files; call `checkFiles` before. */
export async function useFiles(ctx: Context, owner: FileOwner, fileIds: readonly string[]): Promise<void> {
  const ids = [...new Set(fileIds)];
  await ctx.tx.run(sql`delete from file_use where company_id = ${ctx.companyId} and owner_id = ${owner.id}
    and resource = ${owner.resource} and file_id <> all (${ids}::uuid[])`);
  if (ids.length === 0) return;
  await ctx.tx.run(sql`insert into file_use (company_id, file_id, resource, owner_id, community_id)
    select ${ctx.companyId}, f.id, ${owner.resource}, ${owner.id}, ${owner.communityId} from unnest(${ids}::uuid[]) as f (id)
    on conflict do nothing`);
}

/** The row is gone; its files are nobody's but their makers'. */
export async function releaseFiles(ctx: Context, resource: string, ownerId: string): Promise<void> {
  await ctx.tx.run(sql`delete from file_use where company_id = ${ctx.companyId} and owner_id = ${ownerId}
    and resource = ${resource}`);
}

/** Whether some row that the actor may see has the file. */
export async function seesThroughOwner(ctx: Context, kinds: FileOwnerKinds, fileId: string): Promise<boolean> {
  for (const use of await usesOf(ctx, fileId)) {
    const kind = kinds.get(use.resource);
    if (!kind || !(kind.view === 'signedIn' || ctx.permissions.has(kind.view))) continue;
    const row = await ctx.tx.first(
      sql`select 1 from ${identifier(kind.table)} where company_id = ${ctx.companyId} and id = ${use.owner_id}`,
    );
    if (row) return true;
  }
  return false;
}

function usesOf(ctx: Context, fileId: string) {
  return ctx.tx.rows<{ resource: string; owner_id: string }>(
    sql`select resource, owner_id from file_use where company_id = ${ctx.companyId} and file_id = ${fileId}`,
  );
}

/** Whether opening the file is to be written down, and of which rows. */
export async function auditedOwners(
  ctx: Context,
  kinds: FileOwnerKinds,
  fileId: string,
): Promise<{ action: string; targetKind: string; targetId: string }[]> {
  const uses = await usesOf(ctx, fileId);
  return uses.flatMap((use) => {
    const kind = kinds.get(use.resource);
    return kind?.openingAudit ? [{ action: kind.openingAudit, targetKind: kind.table, targetId: use.owner_id }] : [];
  });
}
