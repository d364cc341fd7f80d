import { type AttachedFile, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export interface CompanyRow {
  id: string;
  name: string;
  contact: string;
  phone: string;
  address: string;
  logo: string[];
  version: number;
}

/** The actor's own company; `isLocked` keeps others from changing it meanwhile. */
export async function readCompany(ctx: Context, isLocked = false): Promise<CompanyRow> {
  const query = sql`select id, name, contact, phone, address, logo, version from company where id = ${ctx.companyId}`;
  const row = await ctx.tx.first<CompanyRow>(isLocked ? sql`${query} for no key update` : query);
  if (!row) throw platformFail('resource.notFound', { label: '公司' });
  return row;
}

/** The logo as forms show it. */
export async function readLogo(ctx: Context, { logo }: Pick<CompanyRow, 'logo'>): Promise<AttachedFile[]> {
  const files = await ctx.tx.rows<Omit<AttachedFile, 'sizeBytes'> & { sizeBytes: bigint }>(sql`
    select id, name, media_type as "mediaType", size_bytes as "sizeBytes" from file
    where company_id = ${ctx.companyId} and id = any (${logo}::uuid[])`);
  return files.map((file) => ({ ...file, sizeBytes: Number(file.sizeBytes) }));
}
