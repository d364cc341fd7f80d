import { type EndpointRequest, platformFail, type tagHouses as tagHousesEndpoint } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { asCompanyHasIt, whereClause } from '../../resource/index.ts';
import { houseBinding } from './estate.bindings.ts';

export type TagHouses = EndpointRequest<typeof tagHousesEndpoint>['body'];

/**
 * Attaches and takes off tags on many houses in one transaction: those chosen by id, by the list's filter, or by
 * places of the tree. Returns how many houses were chosen. Errors: reference.notFound for a tag, and those of filters.
 */
export async function tagHouses(ctx: Context, input: TagHouses): Promise<number> {
  await checkTags(ctx, [...input.add, ...input.remove]);
  const chosen = await chosenHouses(ctx, input.chosen);
  const [count] = await ctx.tx.ad<{ count: bigint }>(sql`select count(*) from house t where ${chosen}`);
  if (input.remove.length > 0) {
    await ctx.tx.ad(sql`delete from house_tag l where l.company_id = ${ctx.companyId} and l.tag_id = any (${input.remove}::uuid[])
      and l.house_id in (select t.id from house t where ${chosen})`);
  }
  if (input.add.length > 0) {
    await ctx.tx.ad(sql`insert into house_tag (company_id, community_id, house_id, tag_id)
      select t.company_id, t.community_id, t.id, g.id from house t cross join unnest(${input.add}::uuid[]) g (id)
      where ${chosen} on conflict do nothing`);
  }
  const houseCount = Number(count!.count);
  await recordAudit(ctx, {
    action: 'house.tagMany',
    targetKind: 'house',
    targetId: null,
    targetLabel: `${houseCount} 套房屋`,
    after: { houseCount, add: input.add, remove: input.remove },
  });
  return houseCount;
}

async function checkTags(ctx: Context, tagIds: string[]): Promise<void> {
  const row = await ctx.tx.first<{ count: bigint }>(
    sql`select count(*) from tag where company_id = ${ctx.companyId} and id = any (${tagIds}::uuid[])`,
  );
  if (Number(row!.count) !== new Set(tagIds).size) throw platformFail('reference.notFound', { label: '数据标签' });
}

async function chosenHouses(ctx: Context, chosen: TagHouses['chosen']): Promise<Sql> {
  if ('list' in chosen) return whereClause(ctx, await asCompanyHasIt(ctx, houseBinding), chosen.list);
  if ('ids' in chosen) return sql`t.company_id = ${ctx.companyId} and t.id = any (${chosen.ids}::uuid[])`;
  const { communityIds, buildingIds, unitIds, houseIds } = chosen.places;
  return sql`t.company_id = ${ctx.companyId} and (t.community_id = any (${communityIds}::uuid[]) or t.building_id = any (${buildingIds}::uuid[])
    or t.unit_id = any (${unitIds}::uuid[]) or t.id = any (${houseIds}::uuid[]))`;
}
