import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Puts the tags that rows name on their houses, making those the company lacks. Returns the houses that got one. */
export async function importTags(
  ctx: Context,
  communityId: string,
  rows: readonly { houseId: string; row: { tags?: readonly string[] } }[],
): Promise<string[]> {
  const pairs = rows.flatMap(({ houseId, row }) => (row.tags ?? []).map((name) => ({ houseId, name })));
  if (pairs.length === 0) return [];
  const tags = await tagIds(ctx, [...new Set(pairs.map((one) => one.name))]);
  const put = await ctx.tx.ad<{
    house_id: string;
  }>(sql`insert into house_tag (company_id, community_id, house_id, tag_id)
    select ${ctx.companyId}::uuid, ${communityId}::uuid, n.house_id, n.tag_id
    from unnest(${pairs.map((one) => one.houseId)}::uuid[], ${pairs.map((one) => tags.get(one.name))}::uuid[]) as n (house_id, tag_id)
    on conflict do nothing returning house_id`);
  return put.map((one) => one.house_id);
}

/** Ids of tags by name; what the company lacks is made, sorted behind the rest. */
export async function tagIds(ctx: Context, names: readonly string[]): Promise<Map<string, string>> {
  const find = async () =>
    new Map(
      (
        await ctx.tx.rows<{ id: string; name: string }>(
          sql`select id, name from tag where company_id = ${ctx.companyId} and name = any (${names}::text[])`,
        )
      ).map((one) => [one.name, one.id]),
    );
  const found = await find();
  const missing = names.filter((name) => !found.has(name));
  if (missing.length === 0) return found;
  const now = nowText(ctx);
  await ctx.tx.run(sql`insert into tag (company_id, id, name, sort_order, created_at, updated_at)
    select ${ctx.companyId}, n.id, n.name, n.place + (select coalesce(max(sort_order), 0) from tag where company_id = ${ctx.companyId}), ${now}, ${now}
    from unnest(${missing.map(() => ctx.newId())}::uuid[], ${missing}::text[]) with ordinality as n (id, name, place)
    on conflict do nothing`);
  return find();
}
