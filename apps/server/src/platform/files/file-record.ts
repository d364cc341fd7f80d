import { createHmac, timingSafeEqual } from 'node:crypto';
import { platformFail } from '@anlin/contract';
import type { Context } from '../context.ts';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { type FileOwnerKinds, seesThroughOwner } from './file-use.ts';

export interface FileRecord {
  id: string;
  name: string;
  sizeBytes: bigint;
  mediaType: string;
  communityId: string | null;
}

/** Registers bytes that are already in the store. A file belongs to a community when its content does. */
export async function recordFile(
  ctx: Context,
  file: { id: string; name: string; sizeBytes: number; mediaType: string; sha256: Buffer; communityId?: string | null },
): Promise<void> {
  await ctx.tx.run(sql`insert into file (company_id, id, community_id, name, size_bytes, media_type, sha256, created_by, created_at)
    values (${ctx.companyId}, ${file.id}, ${file.communityId ?? null}, ${file.name}, ${file.sizeBytes}, ${file.mediaType}, ${file.sha256}, ${ctx.actor.id}, ${nowText(ctx)})`);
}

/**
 * The file, if it is the actor's own, lies in a community they see, or belongs to a row they may see (of the `kinds` given).
 * Error: file.notFound (404).
 */
export async function findFile(ctx: Context, id: string, kinds: FileOwnerKinds = new Map()): Promise<FileRecord> {
  const row = await ctx.tx.first<{
    id: string;
    name: string;
    size_bytes: bigint;
    media_type: string;
    community_id: string | null;
    is_open: boolean;
  }>(
    sql`select id, name, size_bytes, media_type, community_id,
        (community_id is not null or created_by = ${ctx.actor.id} or ${ctx.actor.kind} = 'system') is true as is_open
      from file where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (!row || !(row.is_open || (await seesThroughOwner(ctx, kinds, id)))) throw platformFail('file.notFound');
  return {
    id: row.id,
    name: row.name,
    sizeBytes: row.size_bytes,
    mediaType: row.media_type,
    communityId: row.community_id,
  };
}

const linkSeconds = 600;

/** A link that opens the file for ten minutes, for whoever holds it. */
export function signLink(secret: Buffer, companyId: string, fileId: string, now: Temporal.Instant): string {
  const expires = Math.floor(now.epochMilliseconds / 1000) + linkSeconds;
  const signature = linkSignature(secret, companyId, fileId, expires);
  return `/api/files/${fileId}/content?company=${companyId}&expires=${expires}&signature=${signature}`;
}

export function isLinkValid(
  secret: Buffer,
  link: { companyId: string; fileId: string; expires: number; signature: string },
  now: Temporal.Instant,
): boolean {
  const expected = Buffer.from(linkSignature(secret, link.companyId, link.fileId, link.expires));
  const given = Buffer.from(link.signature);
  return (
    given.length === expected.length && timingSafeEqual(given, expected) && link.expires * 1000 > now.epochMilliseconds
  );
}

function linkSignature(secret: Buffer, companyId: string, fileId: string, expires: number): string {
  return createHmac('sha256', secret).update(`${companyId}/${fileId}/${expires}`).digest('base64url');
}
