import { type ImportKindName, importFail, importKinds, platformFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { findFile } from '../../platform/files/file-record.ts';
import { type ColumnMapping, recogniseColumns, withHiddenSamples } from './columns.ts';
import type { AnyImporter, ImportColumn } from './importer.ts';
import { openSource } from './open-source.ts';
import { bestMapping, savedMappings, withHeadings } from './saved-mappings.ts';

export interface NewImport {
  kind: ImportKindName;
  communityId: string | null;
  fileId: string;
}

/** Checks that the file is the person's own and the community one they see. Throws file.notFound, reference.notFound. */
export async function admitImport(ctx: Context, { kind, communityId, fileId }: NewImport): Promise<void> {
  await findFile(ctx, fileId, new Map());
  if (!importKinds[kind].isCommunityScoped) return;
  if (communityId === null) throw importFail('import.communityRequired');
  const community = await ctx.tx.first(
    sql`select id from community where company_id = ${ctx.companyId} and id = ${communityId}`,
  );
  if (!community) throw platformFail('reference.notFound', { label: '小区' });
}

/** Opens the file and matches its columns: outside any transaction, for a large file takes a while. */
export async function recogniseFile(path: string, columns: readonly ImportColumn[]): Promise<ColumnMapping> {
  const source = await openSource(path);
  return recogniseColumns(source.head, columns);
}

/**
 * Writes down an import that can be looked at. Its columns are read by the saved mapping that fits best; otherwise as the
 * person's last file with the very same headings was; otherwise by what is known of headings.
 */
export async function createImport(
  ctx: Context,
  importer: AnyImporter,
  input: NewImport,
  recognised: ColumnMapping,
): Promise<string> {
  const id = ctx.newId();
  const saved = bestMapping(recognised, await savedMappings(ctx, input.kind));
  const matched = saved
    ? withHeadings(importer.columns, recognised, saved.headings)
    : ((await remembered(ctx, input.kind, recognised)) ?? recognised);
  const mapping = withHiddenSamples(importer.columns, matched);
  const communityId = importKinds[input.kind].isCommunityScoped ? input.communityId : null;
  await ctx.tx.run(sql`insert into import_batch (company_id, id, community_id, kind, file_id, mapping, import_mapping_id, state, created_by, created_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${input.kind}, ${input.fileId}, ${JSON.stringify(mapping)}, ${saved?.id ?? null}, 'uploaded',
      ${ctx.actor.id}, ${nowText(ctx)})`);
  return id;
}

async function remembered(
  ctx: Context,
  kind: ImportKindName,
  recognised: ColumnMapping,
): Promise<ColumnMapping | undefined> {
  const titles = recognised.headings.map((heading) => heading.title);
  const row = await ctx.tx.first<{
    columns: Record<string, number>;
  }>(sql`select mapping -> 'columns' as columns from import_batch
    where company_id = ${ctx.companyId} and created_by = ${ctx.actor.id} and kind = ${kind} and state in ('checked', 'importing', 'done')
      and jsonb_path_query_array(mapping, '$.headings[*].title') = ${JSON.stringify(titles)}::jsonb
    order by created_at desc, id desc limit 1`);
  if (!row) return undefined;
  const indexes = new Set(recognised.headings.map((heading) => heading.index));
  const isSame = Object.values(row.columns).every((index) => indexes.has(index));
  return isSame ? { ...recognised, columns: row.columns } : undefined;
}
