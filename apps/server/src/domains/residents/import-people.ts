import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { identifier, join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { pinyinOf } from '../estate/index.ts';
import { sealIdCard } from './id-card.ts';
import type { NumberedResident, ResidentImportRow } from './resident-import.ts';

/** Columns of table `resident` that a file may fill, beside name and id card. Texts are empty where nothing is known, others null. */
const columns = [
  { key: 'phone', name: 'phone', type: 'text', empty: "''" },
  { key: 'sex', name: 'sex', type: 'text', empty: 'null' },
  { key: 'birthday', name: 'birthday', type: 'date', empty: 'null' },
  { key: 'ethnicity', name: 'ethnicity', type: 'text', empty: "''" },
  { key: 'politics', name: 'politics', type: 'text', empty: 'null' },
  { key: 'marriage', name: 'marriage', type: 'text', empty: 'null' },
  { key: 'householdType', name: 'household_type', type: 'text', empty: 'null' },
  { key: 'nativePlace', name: 'native_place', type: 'text', empty: "''" },
  { key: 'employer', name: 'employer', type: 'text', empty: "''" },
  { key: 'emergencyName', name: 'emergency_name', type: 'text', empty: "''" },
  { key: 'emergencyPhone', name: 'emergency_phone', type: 'text', empty: "''" },
  { key: 'emergencyRelation', name: 'emergency_relation', type: 'text', empty: "''" },
  { key: 'wechat', name: 'wechat', type: 'text', empty: "''" },
  { key: 'email', name: 'email', type: 'text', empty: "''" },
  { key: 'pets', name: 'pets', type: 'text', empty: "''" },
  { key: 'note', name: 'note', type: 'text', empty: "''" },
] as const satisfies readonly { key: keyof ResidentImportRow; name: string; type: string; empty: string }[];

const names = join(columns.map(({ name }) => identifier(name)));

const arraysOf = (rows: readonly ResidentImportRow[]): Sql =>
  join(columns.map(({ key, type }) => sql`${rows.map((row) => row[key] || null)}::${raw(`${type}[]`)}`));

/** What several rows say of one person, the later over the earlier. */
function merged(rows: readonly ResidentImportRow[]): ResidentImportRow {
  const given = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(([, value]) => value !== '' && value !== null && value !== undefined),
    ),
  );
  return Object.assign({}, rows[0], ...given);
}

/** Rows that speak of one person whom nobody knows yet: the same phone or id card, else the same name in the same house. */
function groupPeople(rows: readonly NumberedResident[]): NumberedResident[][] {
  const groups = new Map<string, NumberedResident[]>();
  for (const one of rows) {
    const { phone, idCard, houseId, name } = one.row;
    const keys = [phone && `p ${phone}`, idCard && `c ${idCard}`].filter(Boolean) as string[];
    if (keys.length === 0) keys.push(`n ${houseId} ${name}`);
    const group = keys.map((key) => groups.get(key)).find((found) => found !== undefined) ?? [];
    group.push(one);
    for (const key of keys) groups.set(key, group);
  }
  return [...new Set(groups.values())];
}

/**
 * Makes the people of these rows, their id cards sealed: row of the file → id. Without a conflict target and RETURNING,
 * which would ask whether the actor may see somebody who lives nowhere yet. A phone that was taken meanwhile fails the
 * statement, and whoever calls writes row by row.
 */
export async function addPeople(ctx: Context, rows: readonly NumberedResident[]): Promise<Map<number, string>> {
  const ids = new Map<number, string>();
  if (rows.length === 0) return ids;
  const people = groupPeople(rows).map((group) => {
    const id = ctx.newId();
    for (const { number } of group) ids.set(number, id);
    const row = merged(group.map((one) => one.row));
    return { id, row, ...pinyinOf(row.name), card: row.idCard ? sealIdCard(ctx, id, row.idCard) : undefined };
  });
  const now = nowText(ctx);
  const filled = join(columns.map(({ name, empty }) => raw(`coalesce(n.${name}, ${empty})`)));
  await ctx.tx.run(sql`insert into resident
      (company_id, id, name, pinyin, pinyin_initials, id_card_sealed, id_card_index, created_at, updated_at, ${names})
    select ${ctx.companyId}::uuid, n.id, n.name, n.pinyin, n.pinyin_initials, n.sealed, n.card, ${now}::timestamptz, ${now}::timestamptz, ${filled}
    from unnest(${people.map((one) => one.id)}::uuid[], ${people.map((one) => one.row.name)}::text[], ${people.map((one) => one.pinyin)}::text[],
      ${people.map((one) => one.pinyinInitials)}::text[], ${people.map((one) => one.card?.sealed ?? null)}::text[],
      ${people.map((one) => one.card?.index ?? null)}::bytea[], ${arraysOf(people.map((one) => one.row))})
      as n (id, name, pinyin, pinyin_initials, sealed, card, ${names})`);
  return ids;
}

export interface PersonValues {
  id: string;
  row: ResidentImportRow;
}

/**
 * Takes over what the file says of people who are known; an id card only where none is. A new phone is not verified,
 * whatever the old one was. Returns the ids of those who really changed.
 */
export async function changePeople(ctx: Context, changes: readonly PersonValues[]): Promise<Set<string>> {
  if (changes.length === 0) return new Set();
  const people = [...Map.groupBy(changes, (one) => one.id)].map(([id, list]) => {
    const row = merged(list.map((one) => one.row));
    return { id, row, card: row.idCard ? sealIdCard(ctx, id, row.idCard) : undefined };
  });
  const value = ({ name }: (typeof columns)[number]) => raw(`coalesce(n.${name}, r.${name})`);
  const changed = await ctx.tx.rows<{ id: string }>(sql`update resident r
    set ${join(columns.map((column) => sql`${identifier(column.name)} = ${value(column)}`))},
      phone_verified_at = case when n.phone is distinct from r.phone and n.phone is not null then null else r.phone_verified_at end,
      id_card_sealed = coalesce(r.id_card_sealed, n.sealed), id_card_index = coalesce(r.id_card_index, n.card),
      version = r.version + 1, updated_at = ${nowText(ctx)}
    from unnest(${people.map((one) => one.id)}::uuid[], ${people.map((one) => one.card?.sealed ?? null)}::text[],
      ${people.map((one) => one.card?.index ?? null)}::bytea[], ${arraysOf(people.map((one) => one.row))}) as n (id, sealed, card, ${names})
    where r.company_id = ${ctx.companyId} and r.id = n.id and r.erased_at is null
      and (row(${join(columns.map(({ name }) => raw(`r.${name}`)))}) is distinct from row(${join(columns.map(value))})
        or (r.id_card_index is null and n.card is not null))
    returning r.id`);
  return new Set(changed.map((one) => one.id));
}
