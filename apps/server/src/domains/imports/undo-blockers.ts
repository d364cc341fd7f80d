import { importKinds } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { identifier, join, raw, type Sql, sql } from '../../platform/database/sql.ts';
import { type Footprint, pieces } from './import-effects.ts';

/** What stands in the way of taking an import back: `12 套房屋…`. */
export interface Blocker {
  label: string;
  reason: 'changed' | 'gone' | 'refers';
  rowCount: number;
}

/** Chinese names of tables that may depend on imported rows. A table that is missing here is 其他数据. */
const tableLabels: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(importKinds).map(([, kind]) => [snake(kind.name), kind.label])),
  unit: '单元',
  resident: '住户',
  occupancy: '入住记录',
  house_tag: '房屋标签',
  parking_space_tag: '车位标签',
  vehicle_tag: '车辆标签',
  parking_space_house: '车位',
  vehicle_house: '车辆',
  resident_tag: '住户标签',
  standard_binding: '收费标准绑定',
  charge_standard: '收费标准',
  bill: '账单',
  receipt: '收据',
  income_movement: '收入明细',
  apportionment: '公摊',
  apportionment_weight: '公摊权重',
  work_order: '工单',
  staff_building: '员工数据范围',
  staff_house: '员工数据范围',
  approval_hold: '待审批的申请',
  move_in_application: '入住申请',
  resident_invitation: '住户邀请',
  ownership_change: '过户记录',
};

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export const labelOf = (table: string): string => tableLabels[table] ?? '其他数据';

/**
 * Locks every row the import touched, in the order of their ids, then looks for what has happened since: rows edited or
 * deleted, and rows of any table that refer to one the import made, by a foreign key or as their target.
 */
export async function findBlockers(ctx: Context, footprint: Footprint): Promise<Blocker[]> {
  const blockers: Blocker[] = [];
  const count = (label: string, reason: Blocker['reason'], rowCount: number) => {
    if (rowCount === 0) return;
    const known = blockers.find((one) => one.label === label && one.reason === reason);
    if (known) known.rowCount += rowCount;
    else blockers.push({ label, reason, rowCount });
  };
  for (const [table, versions] of footprint.versions) {
    const added = footprint.added.get(table) ?? new Set();
    const found = await lockRows(ctx, table, versions, added);
    count(labelOf(table), 'changed', found.changed);
    count(labelOf(table), 'gone', found.gone);
  }
  for (const [table, added] of footprint.added) {
    const references = await referencesTo(ctx, table);
    for (const reference of references) {
      // A vehicle's houses stand in vehicle_house, the one in its own row among them: it counts once.
      if (references.some((other) => other.table === `${reference.table}_${table}`)) continue;
      count(labelOf(reference.table), 'refers', await countForeign(ctx, reference, added, footprint));
    }
  }
  return blockers;
}

/** A row the import made and somebody deleted is no obstacle; one it changed cannot be brought back. */
async function lockRows(
  ctx: Context,
  table: string,
  versions: ReadonlyMap<string, number>,
  added: ReadonlySet<string>,
): Promise<{ changed: number; gone: number }> {
  const differing: { key: string; version: number }[] = [];
  let gone = 0;
  for (const piece of pieces([...versions.keys()].sort())) {
    const rows = await ctx.tx.ad<{ id: string; version: number }>(sql`select id, version from ${identifier(table)}
      where company_id = ${ctx.companyId} and id = any (${piece}::uuid[]) order by id for update`);
    const there = new Map(rows.map((row) => [row.id, row.version]));
    for (const key of piece) {
      const version = there.get(key);
      if (version === undefined) gone += added.has(key) ? 0 : 1;
      else if (version !== versions.get(key)) differing.push({ key, version });
    }
  }
  const explained = await explainByUndone(ctx, table, differing);
  return {
    changed: differing.filter((one) => explained.get(`${one.key} ${versions.get(one.key)}`) !== one.version).length,
    gone,
  };
}

/**
 * Another import may have changed a row since and been taken back: the row is as it was, one version on. Returns
 * `key version-before` → version after all such imports.
 */
async function explainByUndone(
  ctx: Context,
  table: string,
  differing: readonly { key: string }[],
): Promise<Map<string, number>> {
  const steps = new Map<string, number>();
  for (const piece of pieces(differing)) {
    const keys = piece.map((one) => one.key);
    const rows = await ctx.tx.ad<{ key: string; before: number; after: number }>(sql`
      select one.row ->> 'id' as key, min((one.row ->> 'version')::int) as before, max(e.versions_undone[one.place]) as after
      from import_effect e join import_batch b on b.company_id = e.company_id and b.id = e.import_batch_id and b.state = 'undone',
        jsonb_array_elements(e.rows_before) with ordinality as one (row, place)
      where e.company_id = ${ctx.companyId} and e.table_name = ${table} and e.action = 'changed' and e.row_keys && ${keys}::text[]
        and one.row ->> 'id' = any (${keys}::text[])
      group by e.import_batch_id, one.row ->> 'id'`);
    for (const row of rows) steps.set(`${row.key} ${row.before}`, row.after);
  }
  // Several may have come and gone one after the other.
  const ends = new Map<string, number>();
  for (const [start, first] of steps) {
    const [key] = start.split(' ');
    let version = first;
    for (let next = steps.get(`${key} ${version}`); next !== undefined; next = steps.get(`${key} ${version}`))
      version = next;
    ends.set(start, version);
  }
  return ends;
}

interface Reference {
  table: string;
  column: string;
  keyColumns: string[];
}

async function referencesTo(ctx: Context, table: string): Promise<Reference[]> {
  return ctx.tx.rows<Reference>(
    sql`select table_name as table, column_name as column, key_columns as "keyColumns" from references_to(${table}) order by 1, 2`,
  );
}

/** Rows that refer to what the import made and were not made by it. */
async function countForeign(
  ctx: Context,
  { table, column, keyColumns }: Reference,
  added: ReadonlySet<string>,
  footprint: Footprint,
): Promise<number> {
  const own = footprint.added.get(table) ?? new Set();
  const key: Sql = join(
    keyColumns.map((name) => sql`r.${identifier(name)}::text`),
    ` || ' ' || `,
  );
  let count = 0;
  for (const piece of pieces(added)) {
    const rows = await ctx.tx.ad<{ key: string }>(sql`select ${key} as key from ${raw(table)} r
      where r.company_id = ${ctx.companyId} and r.${identifier(column)} = any (${piece}::uuid[])`);
    count += rows.filter((row) => !own.has(row.key)).length;
  }
  return count;
}

const reasonTexts: Readonly<Record<Blocker['reason'], string>> = {
  changed: '在导入后被修改过',
  gone: '在导入后被删除',
  refers: '关联到导入的数据',
};

/** 入住记录 3 条关联到导入的数据；房屋 1 条在导入后被修改过 */
export function blockersText(blockers: readonly Blocker[]): string {
  return blockers
    .map(({ label, reason, rowCount }) => `${label} ${rowCount.toLocaleString('zh-CN')} 条${reasonTexts[reason]}`)
    .join('；');
}
