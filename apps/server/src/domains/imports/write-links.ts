import type { DuplicatePolicy, ReferencesField, ResourceDefinition } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { identifier, sql } from '../../platform/database/sql.ts';
import type { ReadyRow, RowValues } from './importer.ts';

/** A row names several rows of another resource: 关联房屋 1-101、1-102. */
const severalReferences = (definition: ResourceDefinition): [string, ReferencesField][] =>
  Object.entries(definition.fields).filter(
    (entry): entry is [string, ReferencesField] => entry[1].kind === 'references',
  );

/**
 * Ties rows to all that they name and takes off what they do not, unless relations are only added. A row that names none keeps what it
 * has. Returns the ids of rows whose ties changed. The table of the other resource is called as the resource: `house`.
 */
export async function putLinks(
  ctx: Context,
  definition: ResourceDefinition,
  communityId: string | null,
  rows: readonly ReadyRow<RowValues>[],
  ids: ReadonlyMap<number, string>,
  policy: DuplicatePolicy,
): Promise<Set<string>> {
  const changed = new Set<string>();
  for (const [key, { to }] of severalReferences(definition)) {
    const pairs = rows.flatMap(({ number, row }) => {
      const id = ids.get(number);
      const named = (row[key] as readonly string[] | undefined) ?? [];
      return id === undefined ? [] : named.map((target) => ({ id, target }));
    });
    if (pairs.length === 0) continue;
    const links = identifier(`${definition.table}_${to}`);
    const owner = identifier(`${definition.table}_id`);
    const target = identifier(`${to}_id`);
    const wanted = sql`unnest(${pairs.map((one) => one.id)}::uuid[], ${pairs.map((one) => one.target)}::uuid[]) as n (id, target)`;
    const put = await ctx.tx.ad<{ id: string }>(sql`insert into ${links} (company_id, community_id, ${owner}, ${target})
      select ${ctx.companyId}::uuid, ${communityId}::uuid, n.id, n.target from ${wanted} on conflict do nothing returning ${owner} as id`);
    for (const { id } of put) changed.add(id);
    // Only where relations are added do those that the file does not name stay; rows that are skipped have no id here.
    if (policy === 'replaceAndAdd') continue;
    const owners = [...new Set(pairs.map((one) => one.id))];
    const taken = await ctx.tx.ad<{ id: string }>(sql`delete from ${links} l
      where l.company_id = ${ctx.companyId} and l.${owner} = any (${owners}::uuid[])
        and not exists (select from ${wanted} where n.id = l.${owner} and n.target = l.${target}) returning l.${owner} as id`);
    for (const { id } of taken) changed.add(id);
  }
  return changed;
}
