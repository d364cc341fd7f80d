import type { ReferencesField, ResourceDefinition } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { empty, identifier, type Sql, sql } from '../platform/database/sql.ts';
import type { ResourceBinding, Values } from './binding.ts';
import { targetOf } from './binding.ts';

/** The table that ties a row to the several rows it points at, `vehicle_house (vehicle_id, house_id)`. */
export function referenceLink(
  definition: ResourceDefinition,
  target: ResourceDefinition,
): { table: Sql; owner: Sql; to: Sql } {
  return {
    table: identifier(`${definition.table}_${target.table}`),
    owner: identifier(`${definition.table}_id`),
    to: identifier(`${target.table}_id`),
  };
}

const fieldsOf = (definition: ResourceDefinition): [string, ReferencesField][] =>
  Object.entries(definition.fields).filter(
    (entry): entry is [string, ReferencesField] => entry[1].kind === 'references',
  );

/** Columns of a new row that name the first of several references. */
export function firstReferences(definition: ResourceDefinition, values: Values): [Sql, unknown][] {
  return fieldsOf(definition).map(([key, field]) => [
    identifier(field.firstColumn),
    (values[key] as readonly string[] | undefined)?.[0] ?? null,
  ]);
}

/**
 * The row points at exactly the rows of its values; left alone where nothing changed. Rows that the actor does not see
 * stay, and so does a first one among them: what is not shown cannot have been meant.
 */
export async function writeReferences(
  ctx: Context,
  { definition, targets }: ResourceBinding,
  id: string,
  values: Values,
  previous: Values | null,
): Promise<void> {
  for (const [key, field] of fieldsOf(definition)) {
    const ids = [...new Set(values[key] as readonly string[])];
    const before = (previous?.[key] as readonly string[] | undefined) ?? [];
    if (ids.join() === before.join()) continue;
    const link = referenceLink(definition, targetOf(targets, field.to));
    const first = identifier(field.firstColumn);
    const [place, value] = definition.isCommunityScoped
      ? [sql`community_id, `, sql`${values.communityId}, `]
      : [empty, empty];
    await ctx.tx.run(sql`insert into ${link.table} (company_id, ${place}${link.owner}, ${link.to})
      select ${ctx.companyId}, ${value}${id}, * from unnest(${ids}::uuid[]) on conflict do nothing`);
    if (previous) {
      await ctx.tx.run(sql`update ${identifier(definition.table)} set ${first} = ${ids[0] ?? null}
        where company_id = ${ctx.companyId} and id = ${id} and (${first} is null or ${first} = any (${before}::uuid[]))`);
    }
    await ctx.tx.run(sql`delete from ${link.table} where company_id = ${ctx.companyId} and ${link.owner} = ${id}
      and ${link.to} <> all (${ids}::uuid[])`);
  }
}
