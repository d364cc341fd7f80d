import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { pinyinOf } from './resident-name.ts';

export async function residentsByPhone(
  ctx: Context,
  phones: readonly string[],
): Promise<Map<string, { id: string; name: string }>> {
  const rows = await ctx.tx.ad<{ id: string; name: string; phone: string }>(
    sql`select id, name, phone from resident where company_id = ${ctx.companyId} and phone <> '' and phone = any (${phones}::text[])`,
  );
  return new Map(rows.map((one) => [one.phone, { id: one.id, name: one.name }]));
}

interface NewResident {
  /** What the caller knows the person by. */
  key: string;
  name: string;
  /** Empty when there is none. */
  phone: string;
}

/**
 * Makes people; the result has no entry for one whose phone is already taken by somebody out of sight.
 * Without a conflict target and without RETURNING: either would ask the policy whether the new resident may be seen,
 * and one without an occupancy may not be by a person whose scope is some communities.
 */
export async function insertResidents(ctx: Context, wanted: readonly NewResident[]): Promise<Map<string, string>> {
  const people = wanted.map((one) => ({ ...one, id: ctx.newId(), ...pinyinOf(one.name) }));
  if (people.length === 0) return new Map();
  const insert = (some: typeof people) =>
    ctx.tx.run(sql`insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at)
      select ${ctx.companyId}, n.id, n.name, n.pinyin, n.pinyin_initials, n.phone, ${nowText(ctx)}, ${nowText(ctx)}
      from unnest(${some.map((one) => one.id)}::uuid[], ${some.map((one) => one.name)}::text[], ${some.map((one) => one.pinyin)}::text[],
        ${some.map((one) => one.pinyinInitials)}::text[], ${some.map((one) => one.phone)}::text[]) as n (id, name, pinyin, pinyin_initials, phone)
      on conflict do nothing`);
  await ctx.tx.client.query('savepoint residents');
  if ((await insert(people)) === people.length) {
    await ctx.tx.client.query('release savepoint residents');
    return new Map(people.map((one) => [one.key, one.id]));
  }
  // A phone is taken by somebody out of sight: one at a time, to know whose.
  await ctx.tx.client.query('rollback to savepoint residents');
  const made = new Map<string, string>();
  for (const one of people) if ((await insert([one])) === 1) made.set(one.key, one.id);
  return made;
}
