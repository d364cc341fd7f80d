import type { TargetKind } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { daysText, lockItemBindings } from './bind-standard.ts';
import { bindingTargetColumns, bindingTargetValues } from './binding-target.ts';

/** One binding of a file, its target found already. */
export interface BindingImportRow {
  targetKind: TargetKind;
  targetId: string;
  /** As people call it, for messages. */
  target: string;
  standard: string;
  /** Item of the standard where its name alone would not do; '' otherwise. */
  item: string;
  startsOn: string;
  /** First day no longer charged; null is open. */
  endsOn: string | null;
  ownPrice: string | null;
  ownQuantity: string | null;
  /** Yuan a month. */
  ownAmount: string | null;
  note: string;
}

interface NumberedRow {
  number: number;
  row: BindingImportRow;
}

export interface BindingFailure {
  row: number;
  key: 'standard' | 'startsOn' | 'ownAmount';
  message: string;
}

interface Standard {
  id: string;
  name: string;
  method: string;
  item_id: string;
  item: string;
  is_elsewhere: boolean;
}

/** What a target has of an item, in the books or in a line of the file above. */
interface Held extends Days {
  standardId: string;
  standard: string;
  /** Line of the file; null: in the books. */
  line: number | null;
  own: string;
}

interface Days {
  startsOn: string;
  endsOn: string | null;
}

export interface JudgedBindings {
  failures: BindingFailure[];
  /** Numbers of rows that are in the books just so. */
  existing: number[];
  fresh: { row: BindingImportRow; standard: Standard }[];
}

/**
 * Says of each row what becomes of it: refused when its standard is not to be found or not charged here, or when the target
 * is bound to the item on some of the days, in the books or by a row above; then both are named (CHG-5). Writes nothing.
 */
export async function judgeBindings(
  ctx: Context,
  communityId: string,
  rows: readonly NumberedRow[],
): Promise<JudgedBindings> {
  const standards = Map.groupBy(await readStandards(ctx, communityId, rows), (one) => one.name);
  const held = await readHeld(ctx, rows);
  const judged: JudgedBindings = { failures: [], existing: [], fresh: [] };
  for (const { number, row } of rows) {
    const refuse = (key: BindingFailure['key'], message: string) => judged.failures.push({ row: number, key, message });
    const standard = onlyStandard(row, standards.get(row.standard) ?? []);
    if (typeof standard === 'string') {
      refuse('standard', standard);
      continue;
    }
    if (standard.method === 'perTarget' && row.ownAmount === null) {
      refuse('ownAmount', `“${standard.name}”按对象填写金额，请填写每月金额`);
      continue;
    }
    const key = `${row.targetId} ${standard.item_id}`;
    const others = held.get(key) ?? [];
    const mine: Held = { ...row, standardId: standard.id, standard: standard.name, line: number, own: ownTerms(row) };
    const clash = others.find((one) => overlaps(one, mine));
    if (clash && clash.line === null && isSame(clash, mine)) judged.existing.push(number);
    else if (clash) refuse('startsOn', clashText(row, standard, clash));
    else {
      judged.fresh.push({ row, standard });
      held.set(key, [...others, mine]);
    }
  }
  return judged;
}

/** Writes what is new among the rows, under the locks of their items, and counts. Repeatable: a second time all are there. */
export async function importBindings(
  ctx: Context,
  { communityId, addsNew }: { communityId: string; addsNew: boolean },
  rows: readonly NumberedRow[],
): Promise<{ added: number; skipped: number; failures: BindingFailure[] }> {
  const items = new Set((await readStandards(ctx, communityId, rows)).map((one) => one.item_id));
  for (const itemId of [...items].sort()) await lockItemBindings(ctx, itemId);
  const { failures, existing, fresh } = await judgeBindings(ctx, communityId, rows);
  if (!addsNew) {
    const message = '没有这个绑定，未新建（您选择了“仅更新”）';
    const known = new Set([...existing, ...failures.map((one) => one.row)]);
    const unknown = rows.filter(({ number }) => !known.has(number));
    const refused = unknown.map(({ number }): BindingFailure => ({ row: number, key: 'standard', message }));
    return { added: 0, skipped: existing.length, failures: [...failures, ...refused] };
  }
  await insertFresh(ctx, communityId, fresh);
  return { added: fresh.length, skipped: existing.length, failures };
}

async function insertFresh(ctx: Context, communityId: string, fresh: JudgedBindings['fresh']): Promise<void> {
  if (fresh.length === 0) return;
  const of = <T>(pick: (one: JudgedBindings['fresh'][number]) => T) => fresh.map(pick);
  const ids = of(() => ctx.newId());
  await ctx.tx.run(sql`insert into standard_binding (company_id, id, community_id, charge_item_id, charge_standard_id, ${bindingTargetColumns},
      starts_on, ends_on, own_price, own_quantity, own_amount, note, created_at, updated_at)
    select ${ctx.companyId}, n.id, ${communityId}, n.item_id, n.standard_id, ${bindingTargetValues(sql`n.kind`, sql`n.target_id`)},
      n.starts_on, n.ends_on, n.own_price, n.own_quantity, n.own_amount, n.note, ${nowText(ctx)}, ${nowText(ctx)}
    from unnest(${ids}::uuid[], ${of((one) => one.standard.item_id)}::uuid[], ${of((one) => one.standard.id)}::uuid[],
      ${of(({ row }) => row.targetKind)}::text[], ${of(({ row }) => row.targetId)}::uuid[], ${of(({ row }) => row.startsOn)}::date[],
      ${of(({ row }) => row.endsOn)}::date[], ${of(({ row }) => row.ownPrice)}::numeric[], ${of(({ row }) => row.ownQuantity)}::numeric[],
      ${of(({ row }) => row.ownAmount)}::numeric[], ${of(({ row }) => row.note)}::text[])
      as n (id, item_id, standard_id, kind, target_id, starts_on, ends_on, own_price, own_quantity, own_amount, note)`);
}

async function readStandards(ctx: Context, communityId: string, rows: readonly NumberedRow[]): Promise<Standard[]> {
  const names = [...new Set(rows.map(({ row }) => row.standard))];
  return ctx.tx.rows<Standard>(sql`select s.id, s.name, s.method, i.id as item_id, i.name as item,
      exists (select 1 from charge_item_community c where c.company_id = i.company_id and c.charge_item_id = i.id)
        and not exists (select 1 from charge_item_community c
          where c.company_id = i.company_id and c.charge_item_id = i.id and c.community_id = ${communityId}) as is_elsewhere
    from charge_standard s join charge_item i on i.company_id = s.company_id and i.id = s.charge_item_id
    where s.company_id = ${ctx.companyId} and s.name = any (${names}::text[]) order by s.id`);
}

/** The standard a row means, or why there is none. */
function onlyStandard(row: BindingImportRow, named: readonly Standard[]): Standard | string {
  const meant = named.filter((one) => row.item === '' || one.item === row.item);
  const [first, second] = meant;
  if (!first) return `没有找到收费标准“${row.item}${row.item ? ' ' : ''}${row.standard}”，请核对，或先新增它`;
  if (second)
    return `${meant.map((one) => `“${one.item}”`).join('和')}都有“${row.standard}”，请加一列“收费项目”写明是哪个`;
  if (first.is_elsewhere) return `收费项目“${first.item}”不在这个小区收取，请先在“收费项目”里加上这个小区`;
  return first;
}

async function readHeld(ctx: Context, rows: readonly NumberedRow[]): Promise<Map<string, Held[]>> {
  const targets = [...new Set(rows.map(({ row }) => row.targetId))];
  const found = await ctx.tx.rows<Held & { key: string; own_price: string; own_quantity: string; own_amount: string }>(
    sql`select b.target_id || ' ' || b.charge_item_id as key, b.charge_standard_id as "standardId", s.name as standard,
      b.starts_on as "startsOn", b.ends_on as "endsOn", trim_scale(b.own_price)::text as own_price,
      trim_scale(b.own_quantity)::text as own_quantity, trim_scale(b.own_amount)::text as own_amount
    from standard_binding b join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
    where b.company_id = ${ctx.companyId} and b.target_id = any (${targets}::uuid[]) order by b.starts_on, b.id`,
  );
  const held = found.map(({ own_price: ownPrice, own_quantity: ownQuantity, own_amount: ownAmount, ...one }) => ({
    ...one,
    line: null,
    own: ownTerms({ ownPrice, ownQuantity, ownAmount }),
  }));
  return Map.groupBy(held, (one) => one.key);
}

type OwnTerms = Pick<BindingImportRow, 'ownPrice' | 'ownQuantity' | 'ownAmount'>;

/** Comparable: 2.50 is 2.5. */
function ownTerms({ ownPrice, ownQuantity, ownAmount }: OwnTerms): string {
  const plain = (text: string | null) => (text?.includes('.') ? text.replace(/\.?0+$/, '') : text);
  return JSON.stringify([plain(ownPrice), plain(ownQuantity), plain(ownAmount)]);
}

function isSame(one: Held, other: Held): boolean {
  const of = ({ standardId, startsOn, endsOn, own }: Held) => JSON.stringify([standardId, startsOn, endsOn, own]);
  return of(one) === of(other);
}

function overlaps(one: Days, other: Days): boolean {
  const endsBefore = (early: Days, late: Days) => early.endsOn !== null && early.endsOn <= late.startsOn;
  return !endsBefore(one, other) && !endsBefore(other, one);
}

function clashText(row: BindingImportRow, standard: Standard, clash: Held): string {
  const mine = `本行“${standard.name}”（${daysText(row)}）`;
  const other = `“${clash.standard}”（${daysText(clash)}）`;
  const where = clash.line === null ? `已绑定${other}` : `第 ${clash.line} 行是${other}`;
  return `${row.target}的${standard.item}${where}，与${mine}重叠。请改日期，或先结束原来的绑定`;
}
