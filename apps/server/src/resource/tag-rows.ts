import { type EndpointRequest, platformFail, type tagRowsEndpoint } from '@anlin/contract';
import { recordAudit } from '../platform/audit/record-audit.ts';
import type { Context } from '../platform/context.ts';
import { empty, identifier, type Sql, sql } from '../platform/database/sql.ts';
import type { ResourceBinding } from './binding.ts';
import { asCompanyHasIt } from './custom/read-custom-fields.ts';
import { whereClause } from './list-filter.ts';
import { tagLink } from './select-rows.ts';

export type TagRows = EndpointRequest<ReturnType<typeof tagRowsEndpoint>>['body'];

/**
 * Puts tags on many rows and takes them off, in one transaction: those chosen by id or by the list's filter. Returns how
 * many were chosen. Errors: reference.notFound for a tag, and those of filters.
 */
export async function tagRows(ctx: Context, binding: ResourceBinding, { chosen, ...change }: TagRows): Promise<number> {
  const where =
    'list' in chosen
      ? whereClause(ctx, await asCompanyHasIt(ctx, binding), chosen.list)
      : sql`t.company_id = ${ctx.companyId} and t.id = any (${chosen.ids}::uuid[])`;
  return tagRowsWhere(ctx, binding, where, change);
}

/** The same for rows `t` for which a condition holds; it names the company. */
export async function tagRowsWhere(
  ctx: Context,
  { definition }: ResourceBinding,
  where: Sql,
  { add, remove }: Omit<TagRows, 'chosen'>,
): Promise<number> {
  await checkTags(ctx, [...add, ...remove]);
  const link = tagLink(definition);
  const table = identifier(definition.table);
  const [count] = await ctx.tx.ad<{ count: bigint }>(
    sql`select count(distinct ${link.owner}) from ${table} t where ${where}`,
  );
  if (remove.length > 0) {
    await ctx.tx.ad(sql`delete from ${link.table} l where l.company_id = ${ctx.companyId} and l.tag_id = any (${remove}::uuid[])
      and l.${link.column} = any (array(select ${link.owner} from ${table} t where ${where}))`);
  }
  if (add.length > 0) {
    // Rows that stand for others, such as people, lie in no community themselves.
    const isPlaced = definition.isCommunityScoped && definition.borrowed === undefined;
    const [column, value] = isPlaced ? [sql`community_id, `, sql`t.community_id, `] : [empty, empty];
    await ctx.tx.ad(sql`insert into ${link.table} (company_id, ${column}${link.column}, tag_id)
      select distinct t.company_id, ${value}${link.owner}, g.id from ${table} t cross join unnest(${add}::uuid[]) g (id)
      where ${where} on conflict do nothing`);
  }
  const rows = Number(count!.count);
  await recordAudit(ctx, {
    action: `${definition.name}.tagMany`,
    targetKind: definition.name,
    targetId: null,
    targetLabel: `${rows} 条${definition.label}`,
    after: { rows, add, remove },
  });
  return rows;
}

async function checkTags(ctx: Context, tagIds: string[]): Promise<void> {
  const row = await ctx.tx.first<{ count: bigint }>(
    sql`select count(*) from tag where company_id = ${ctx.companyId} and id = any (${tagIds}::uuid[])`,
  );
  if (Number(row!.count) !== new Set(tagIds).size) throw platformFail('reference.notFound', { label: '数据标签' });
}
