import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { empty, identifier, sql } from '../../platform/database/sql.ts';

export interface TaggedRow {
  id: string;
  /** Names of tags; none leaves the row's tags as they are. */
  names: readonly string[];
}

/**
 * Puts the tags that rows name on them, making those the company lacks; where they are replaced, takes off the others.
 * Links follow from the table's name: `house_tag.house_id`. Returns the ids of rows whose tags changed.
 */
export async function importTags(
  ctx: Context,
  table: string,
  communityId: string | null,
  rows: readonly TaggedRow[],
  mode: 'add' | 'replace',
): Promise<Set<string>> {
  const pairs = rows.flatMap(({ id, names }) => names.map((name) => ({ id, name })));
  if (pairs.length === 0) return new Set();
  const tags = await tagIds(ctx, [...new Set(pairs.map((one) => one.name))]);
  const links = identifier(`${table}_tag`);
  const column = identifier(`${table}_id`);
  const wanted = sql`unnest(${pairs.map((one) => one.id)}::uuid[], ${pairs.map((one) => tags.get(one.name))}::uuid[]) as n (id, tag_id)`;
  // People belong to no community.
  const [place, value] = communityId === null ? [empty, empty] : [sql`community_id, `, sql`${communityId}::uuid, `];
  const put = await ctx.tx.ad<{ id: string }>(sql`insert into ${links} (company_id, ${place}${column}, tag_id)
    select ${ctx.companyId}::uuid, ${value}n.id, n.tag_id from ${wanted}
    on conflict do nothing returning ${column} as id`);
  const changed = new Set(put.map((one) => one.id));
  if (mode === 'add') return changed;
  const ids = [...new Set(pairs.map((one) => one.id))];
  const taken = await ctx.tx.ad<{ id: string }>(sql`delete from ${links} l
    where l.company_id = ${ctx.companyId} and l.${column} = any (${ids}::uuid[])
      and not exists (select from ${wanted} where n.id = l.${column} and n.tag_id = l.tag_id) returning l.${column} as id`);
  for (const one of taken) changed.add(one.id);
  return changed;
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
