import { createHmac, timingSafeEqual } from 'node:crypto';
import { isPermission, type Permission, platformFail } from '@anlin/contract';
import type { Client, Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { requirePermission } from '../rights/require-right.ts';
import { type FileOwnerKinds, seesThroughOwner } from './file-use.ts';

export interface FileRecord {
  id: string;
  name: string;
  sizeBytes: bigint;
  mediaType: string;
  communityId: string | null;
}

export interface NewFile {
  id: string;
  name: string;
  sizeBytes: number;
  mediaType: string;
  sha256: Buffer;
  communityId?: string | null;
  /** For what was made from rows a person may see: the right to see them, needed again at every download. */
  permission?: Permission | undefined;
}

/** Registers bytes that are already in the store. A file belongs to a community when its content does. */
export async function recordFile(ctx: Context, file: NewFile): Promise<void> {
  await ctx.tx.run(sql`insert into file (company_id, id, community_id, name, size_bytes, media_type, sha256, permission, scope, created_by, created_at)
    values (${ctx.companyId}, ${file.id}, ${file.communityId ?? null}, ${file.name}, ${file.sizeBytes}, ${file.mediaType}, ${file.sha256},
      ${file.permission ?? null}, current_scope(), ${ctx.actor.id}, ${nowText(ctx)})`);
}

interface FileRow {
  id: string;
  name: string;
  size_bytes: bigint;
  media_type: string;
  community_id: string | null;
  permission: string | null;
  is_of_other_scope: boolean;
  is_open: boolean;
}

/**
 * The file, if it is the actor's own, lies in a community they see, or belongs to a row of `kinds` they may see; file.notFound
 * otherwise.
 * What was made from data is only given while the maker may see that data: throws permission.denied when the right is
 * gone, file.scopeChanged when it was made under another data scope.
 */
export async function findFile(ctx: Context, id: string, kinds: FileOwnerKinds): Promise<FileRecord> {
  const row = await ctx.tx.first<FileRow>(
    sql`select f.id, f.name, f.size_bytes, f.media_type, f.community_id, f.permission,
        current_scope() <> all (array['*', f.scope]) as is_of_other_scope,
        (f.community_id is not null or f.created_by = ${ctx.actor.id} or ${ctx.actor.kind} = 'system') is true as is_open
      from file f where f.company_id = ${ctx.companyId} and f.id = ${id}`,
  );
  if (!row || !(row.is_open || (await seesThroughOwner(ctx, kinds, id)))) throw platformFail('file.notFound');
  if (row.permission !== null) {
    if (isPermission(row.permission)) requirePermission(ctx, row.permission);
    if (row.is_of_other_scope) throw platformFail('file.scopeChanged');
  }
  return {
    id: row.id,
    name: row.name,
    sizeBytes: row.size_bytes,
    mediaType: row.media_type,
    communityId: row.community_id,
  };
}

const linkSeconds = 600;

/** The person a link is given to. */
interface LinkHolder {
  companyId: string;
  staffId: string;
  client: Client;
}

/** What a link says and its signature covers. */
interface FileLink extends LinkHolder {
  fileId: string;
  /** Unix seconds. */
  expires: number;
}

/** A link that opens the file for ten minutes, for whoever holds it, as long as the person it was given to may see the file. */
export function signLink(secret: Buffer, person: LinkHolder, fileId: string, now: Temporal.Instant): string {
  const { companyId, staffId, client } = person;
  const expires = Math.floor(now.epochMilliseconds / 1000) + linkSeconds;
  const signature = linkSignature(secret, { companyId, staffId, client, fileId, expires });
  return `/api/files/${fileId}/content?company=${companyId}&staff=${staffId}&client=${client}&expires=${expires}&signature=${signature}`;
}

export function isLinkValid(secret: Buffer, link: FileLink & { signature: string }, now: Temporal.Instant): boolean {
  const expected = Buffer.from(linkSignature(secret, link));
  const given = Buffer.from(link.signature);
  return (
    given.length === expected.length && timingSafeEqual(given, expected) && link.expires * 1000 > now.epochMilliseconds
  );
}

function linkSignature(secret: Buffer, { companyId, staffId, client, fileId, expires }: FileLink): string {
  return createHmac('sha256', secret)
    .update(`${companyId}/${staffId}/${client}/${fileId}/${expires}`)
    .digest('base64url');
}
