import {
  chargeTargetKinds,
  customFactKey,
  type FormulaFactKey,
  type FormulaName,
  formulaFacts,
  formulaNameOf,
  priceFact,
  type TargetKind,
  tagFactKey,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { raw, type Sql, sql } from '../../platform/database/sql.ts';

/** A name of a formula and what it stands for: a key of `formulaFacts`, `custom:<field id>` or `tag:<tag id>`. */
export interface FormulaFact {
  name: string;
  key: string;
}

const customResources: Readonly<Record<string, string>> = chargeTargetKinds;

/** A list to choose from; more tags than this nobody reads. */
const mostTags = 500;

/** Every name a formula may mention: facts of targets and bindings, tags, and the company's own numeric fields. */
export async function readFormulaNames(ctx: Context): Promise<FormulaName[]> {
  const names: FormulaName[] = [
    ...Object.entries(formulaFacts).map(([key, fact]) => ({ key, ...fact })),
    { key: 'price', ...priceFact },
  ];
  const taken = new Set(names.map((one) => one.name));
  const fields = await ctx.tx.rows<{ id: string; resource: string; key: string; label: string; help: string }>(sql`
    select id, resource, key, label, help from custom_field where company_id = ${ctx.companyId} and kind = 'decimal'
      and archived_at is null and resource = any (${Object.keys(customResources)}) order by resource, sort_order, key`);
  for (const field of fields) {
    const group = customResources[field.resource] ?? '';
    const plain = formulaNameOf(field.label) || field.key;
    // Two fields of one name are told apart by what they belong to, and in the last resort by their key.
    const name = [plain, `${group}_${plain}`, `${group}_${plain}_${field.key}`].find((one) => !taken.has(one))!;
    taken.add(name);
    const help = field.help === '' ? `自定义字段“${field.label}”` : field.help;
    names.push({ key: customFactKey(field.id), name, group: `${group}（自定义）`, help });
  }
  const tags = await ctx.tx.rows<{ id: string; name: string }>(
    sql`select id, name from tag where company_id = ${ctx.companyId} order by sort_order, name, id limit ${mostTags}`,
  );
  for (const tag of tags) {
    const plain = `标签_${formulaNameOf(tag.name)}`;
    const name = taken.has(plain) ? `${plain}_${tag.id.slice(-6)}` : plain;
    taken.add(name);
    names.push({ key: tagFactKey(tag.id), name, group: '标签', help: `有标签“${tag.name}”为 1，没有为 0` });
  }
  return names;
}

/** Facts that come from a reading and not from the target. */
const meteredKeys: readonly string[] = ['usage', 'usedBefore'] satisfies FormulaFactKey[];

/** Whether a formula charges what a meter counted: it is raised by readings, once each, and not by the month. */
export function readsMeter(facts: readonly FormulaFact[]): boolean {
  return facts.some((fact) => meteredKeys.includes(fact.key));
}

type Table = TargetKind;

// Of binding `b`, its house `h`, its parking space `k` and its vehicle `w`. Counts are plain sub-selects by an index.
const factColumns: Readonly<Record<string, { column: string; table?: Table }>> = {
  builtArea: { column: 'h.built_area::text', table: 'house' },
  innerArea: { column: 'h.inner_area::text', table: 'house' },
  sharedArea: { column: 'h.shared_area::text', table: 'house' },
  floor: { column: 'h.floor::text', table: 'house' },
  rooms: { column: 'h.rooms::text', table: 'house' },
  rent: { column: '(h.rent_fen * 0.01)::text', table: 'house' },
  headcount: {
    column: `case when b.house_id is not null then (select count(distinct o.resident_id)::text from occupancy o
      where o.company_id = b.company_id and o.house_id = b.house_id and o.moved_out_on is null) end`,
  },
  parkingArea: { column: 'k.area::text', table: 'parkingSpace' },
  parkingSpaceCount: {
    column: `case when b.house_id is not null then (select count(*)::text from parking_space p
      where p.company_id = b.company_id and p.house_id = b.house_id) end`,
  },
  vehicleCount: {
    column: `case when b.house_id is not null then (select count(*)::text from vehicle v
      where v.company_id = b.company_id and v.house_id = b.house_id) end`,
  },
  displacement: { column: 'trim_scale(displacement_litres(w.displacement))::text', table: 'vehicle' },
  houseVehicleCount: {
    column: `case when w.house_id is not null then (select count(*)::text from vehicle v
      where v.company_id = b.company_id and v.house_id = w.house_id) end`,
    table: 'vehicle',
  },
  ownQuantity: { column: 'trim_scale(b.own_quantity)::text' },
};

/** SQL text of a fact of binding `b`, its value as text; null for what is not read from the database. */
export function factColumn(key: string): Sql {
  const customId = /^custom:([0-9a-f-]{36})$/.exec(key)?.[1];
  if (customId !== undefined) {
    return sql`(select trim_scale(v.number_value * 0.000001)::text from custom_value v
      where v.company_id = b.company_id and v.field_id = ${customId} and v.owner_id = b.target_id and v.position = 0)`;
  }
  const tagId = /^tag:([0-9a-f-]{36})$/.exec(key)?.[1];
  if (tagId !== undefined) {
    return sql`(case when exists (select from charge_target_tag g where g.company_id = b.company_id and g.target_id = b.target_id
      and g.tag_id = ${tagId}) then '1' else '0' end)`;
  }
  return raw(Object.hasOwn(factColumns, key) ? factColumns[key]!.column : 'null::text');
}

/** The table besides the binding that a fact is read from. */
export function factTable(key: string): Table | null {
  return Object.hasOwn(factColumns, key) ? (factColumns[key]!.table ?? null) : null;
}
