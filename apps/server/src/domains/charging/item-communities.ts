import { chargingFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

const label = '收费项目';

/** The communities an item is charged in; none: everywhere. */
export async function readItemCommunities(ctx: Context, itemId: string): Promise<string[]> {
  const item = await ctx.tx.first(
    sql`select 1 from charge_item where company_id = ${ctx.companyId} and id = ${itemId}`,
  );
  if (!item) throw platformFail('resource.notFound', { label });
  const rows = await ctx.tx.rows<{ id: string }>(sql`select community_id id from charge_item_community
    where company_id = ${ctx.companyId} and charge_item_id = ${itemId} order by community_id`);
  return rows.map((row) => row.id);
}

/**
 * Narrows an item to some communities (none: everywhere). Those out of the actor's sight stay as they are. Where it is
 * bound now it stays: chargeItem.boundElsewhere (409).
 */
export async function setItemCommunities(ctx: Context, itemId: string, communityIds: readonly string[]): Promise<void> {
  const item = await ctx.tx.first<{ name: string }>(
    sql`select name from charge_item where company_id = ${ctx.companyId} and id = ${itemId} for update`,
  );
  if (!item) throw platformFail('resource.notFound', { label });
  const before = await readItemCommunities(ctx, itemId);
  const wanted = [...new Set(communityIds)];
  const rows = await ctx.tx.rows<{ id: string }>(
    sql`select id from community where company_id = ${ctx.companyId} and id = any (${[...wanted, ...before]}::uuid[])`,
  );
  const visible = new Set(rows.map((row) => row.id));
  const hidden = before.filter((id) => !visible.has(id));
  if (wanted.some((id) => !visible.has(id) && !hidden.includes(id)))
    throw platformFail('reference.notFound', { label: '小区' });
  const ids = [...new Set([...wanted, ...hidden])];
  if (ids.length > 0) await refuseBoundElsewhere(ctx, itemId, item.name, ids);
  await ctx.tx.run(sql`delete from charge_item_community where company_id = ${ctx.companyId} and charge_item_id = ${itemId}
    and community_id <> all (${ids}::uuid[])`);
  await ctx.tx.run(sql`insert into charge_item_community (company_id, charge_item_id, community_id)
    select ${ctx.companyId}, ${itemId}, c.id from unnest(${ids}::uuid[]) c (id) on conflict do nothing`);
  await recordAudit(ctx, {
    action: 'chargeItem.setCommunities',
    targetKind: 'chargeItem',
    targetId: itemId,
    targetLabel: item.name,
    before: { communityIds: before },
    after: { communityIds: ids },
  });
}

async function refuseBoundElsewhere(ctx: Context, itemId: string, name: string, ids: readonly string[]): Promise<void> {
  const [row] = await ctx.tx.rows<{ name: string; count: number }>(sql`select m.name, count(*)::int count
    from standard_binding b join community m on m.company_id = b.company_id and m.id = b.community_id
    where b.company_id = ${ctx.companyId} and b.charge_item_id = ${itemId} and b.community_id <> all (${[...ids]}::uuid[])
      and (b.ends_on is null or b.ends_on > told_today()) group by m.name order by m.name limit 1`);
  if (row) throw chargingFail('chargeItem.boundElsewhere', { item: name, community: row.name, count: row.count });
}
