import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

/** Codes of one community: two that hang in public, and one on each door of its first building. */
export async function writeCollectionCodes(ctx: Context, communityId: string): Promise<void> {
  const doors = await ctx.tx.rows<{ id: string; name: string }>(sql`select h.id, h.full_name as name from house h
    where h.company_id = ${ctx.companyId} and h.building_id = (select b.id from building b
      where b.company_id = ${ctx.companyId} and b.community_id = ${communityId} order by b.name collate natural_order, b.id limit 1)
    order by h.full_name collate natural_order, h.id`);
  const codes = [
    ...['服务中心前台', '西门岗'].map((name) => ({ name, target: null, purpose: 'held' })),
    ...doors.map(({ id, name }) => ({ name, target: id, purpose: 'prepaid' })),
  ];
  await ctx.tx.run(sql`
    insert into collection_code (company_id, id, community_id, target_kind, target_id, name, purpose, is_remark_required, issue_id, issued_at, created_at, updated_at)
    select ${ctx.companyId}, c.id, ${communityId}, case when c.target is not null then 'house' end, c.target, c.name, c.purpose, c.target is null, c.issue,
      ${nowText(ctx)}, ${nowText(ctx)}, ${nowText(ctx)}
    from unnest(${codes.map(() => ctx.newId())}::uuid[], ${codes.map((code) => code.target)}::uuid[], ${codes.map((code) => code.name)}::text[],
      ${codes.map((code) => code.purpose)}::text[], ${codes.map(() => ctx.newId())}::uuid[]) c (id, target, name, purpose, issue)`);
}
