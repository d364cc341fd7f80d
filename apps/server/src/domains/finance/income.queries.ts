import type { IncomeFilter, IncomeRow, IncomeSort, IncomeTotals } from '@anlin/contract';
import { type Fen, fen, formatYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { empty, join, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { monthStart, nextMonthStart } from './months.ts';

/** A filter whose text has been looked up already: `receiptIds` then stands for `q`. */
export type IncomeNarrowing = IncomeFilter & { receiptIds?: readonly string[] };

/** More receipts than this are not handed back and forth: the text then stays a condition. */
const receiptIdsMax = 5000;

/**
 * Looks up the receipts that a text finds, so that totals and page do not both go through every receipt. A text that
 * finds very many stays as it is; looking stops early then.
 */
export async function lookUpText(ctx: Context, filter: IncomeFilter): Promise<IncomeNarrowing> {
  if (!filter.q) return filter;
  const rows = await ctx.tx.ad<{ id: string }>(
    sql`${receiptsNamed(ctx, filter.q)}
      ${filter.communityId ? sql`and r.community_id = ${filter.communityId}` : empty} limit ${receiptIdsMax + 1}`,
  );
  return rows.length > receiptIdsMax ? filter : { ...filter, receiptIds: rows.map(({ id }) => id) };
}

/** The condition of a filter on `income_movement m`. */
export function whereIncome(ctx: Context, filter: IncomeNarrowing): Sql {
  const isReversed = sql`exists (select from receipt_reversal v where v.company_id = m.company_id and v.receipt_id = m.receipt_id)`;
  const states = {
    valid: sql`and m.kind = 'receipt' and not ${isReversed}`,
    reversed: sql`and m.kind = 'receipt' and ${isReversed}`,
    reversal: sql`and m.kind = 'reversal'`,
  };
  const part = wherePart(filter) ?? empty;
  return sql`m.company_id = ${ctx.companyId}
    ${filter.communityId ? sql`and m.community_id = ${filter.communityId}` : empty}
    ${filter.from ? sql`and m.day >= ${filter.from}` : empty}
    ${filter.to ? sql`and m.day <= ${filter.to}` : empty}
    ${filter.paymentMethodId ? sql`and m.payment_method_id = ${filter.paymentMethodId}` : empty}
    ${filter.staffId ? sql`and m.staff_id = ${filter.staffId}` : empty}
    ${filter.kind ? sql`and m.kind = ${filter.kind}` : empty}
    ${filter.state ? states[filter.state] : empty}
    ${filter.buildingId ? sql`and m.target_id in (select h.id from house h where h.company_id = ${ctx.companyId} and h.building_id = ${filter.buildingId})` : empty}
    ${whereText(ctx, filter)}
    ${filter.chargeItemId ? sql`and m.part_item_ids @> array[${filter.chargeItemId}::uuid]` : empty}
    ${filter.paidFrom || filter.paidTo ? sql`and exists (select from ${parts} where ${part})` : empty}`;
}

function whereText(ctx: Context, { q, receiptIds }: IncomeNarrowing): Sql {
  if (receiptIds) return sql`and m.receipt_id = any (${[...receiptIds]}::uuid[])`;
  return q ? sql`and m.receipt_id in (${receiptsNamed(ctx, q)})` : empty;
}

function receiptsNamed(ctx: Context, q: string): Sql {
  const like = `%${likeText(q)}%`;
  return sql`select r.id from receipt r
    where r.company_id = ${ctx.companyId} and (r.number ilike ${like} or r.payer_name ilike ${like})`;
}

const parts = sql`unnest(m.part_item_ids, m.part_months, m.part_kinds, m.part_fen) p (item_id, month, kind, fen)`;

/** The condition on the pieces a movement paid; null when the filter asks for none. */
function wherePart({ chargeItemId, paidFrom, paidTo }: IncomeFilter): Sql | null {
  const conditions = [
    ...(chargeItemId ? [sql`p.item_id = ${chargeItemId}`] : []),
    ...(paidFrom ? [sql`p.month >= ${monthStart(paidFrom)}::date`] : []),
    ...(paidTo ? [sql`p.month < ${nextMonthStart(paidTo)}::date`] : []),
  ];
  return conditions.length === 0 ? null : join(conditions, ' and ');
}

export interface IncomeSums {
  count: number;
  incomeFen: Fen;
  receivedFen: Fen;
  reversedFen: Fen;
  principalFen: Fen;
  lateFeeFen: Fen;
  byMethod: { id: string; name: string; incomeFen: Fen }[];
  chosenPart: { principalFen: Fen; lateFeeFen: Fen } | null;
}

interface MethodRow {
  id: string;
  name: string;
  kind: 'receipt' | 'reversal';
  count: number;
  amount: bigint;
  principal: bigint;
  late_fee: bigint;
  chosen_principal?: bigint;
  chosen_late_fee?: bigint;
}

/** Sums over every movement that matches; the list, the dashboard and the export all take theirs from here. */
export async function sumIncome(ctx: Context, filter: IncomeNarrowing): Promise<IncomeSums> {
  const part = wherePart(filter);
  const rows = await ctx.tx.ad<MethodRow>(sql`
    select s.*, t.name
    from (select m.payment_method_id as id, m.kind, count(*)::int as count, sum(m.amount_fen)::bigint as amount,
        sum(m.principal_fen)::bigint as principal, sum(m.late_fee_fen)::bigint as late_fee ${part ? chosenParts(part) : empty}
      from income_movement m where ${whereIncome(ctx, filter)} group by m.payment_method_id, m.kind) s
    join payment_method t on t.company_id = ${ctx.companyId} and t.id = s.id
    order by t.sort_order, t.name`);
  const add = (pick: (row: MethodRow) => bigint | undefined, only?: MethodRow['kind']) =>
    fen(rows.reduce((sum, row) => (only === undefined || row.kind === only ? sum + (pick(row) ?? 0n) : sum), 0n));
  const byMethod = new Map<string, { id: string; name: string; incomeFen: Fen }>();
  for (const row of rows) {
    const known = byMethod.get(row.id)?.incomeFen ?? zeroFen;
    byMethod.set(row.id, { id: row.id, name: row.name, incomeFen: fen(known + row.amount) });
  }
  return {
    count: rows.reduce((sum, row) => sum + row.count, 0),
    incomeFen: add((row) => row.amount),
    receivedFen: add((row) => row.amount, 'receipt'),
    reversedFen: add((row) => row.amount, 'reversal'),
    principalFen: add((row) => row.principal),
    lateFeeFen: add((row) => row.late_fee),
    byMethod: [...byMethod.values()],
    chosenPart: part && {
      principalFen: add((row) => row.chosen_principal),
      lateFeeFen: add((row) => row.chosen_late_fee),
    },
  };
}

/**
 * What the chosen pieces of the movements add up to. A movement with one piece matches by that piece, so its own sums
 * are the piece's; only the others are taken apart.
 */
function chosenParts(part: Sql): Sql {
  const isWhole = sql`cardinality(m.part_fen) = 1`;
  const sumOf = (whole: Sql, isLate: Sql) => sql`(coalesce(sum(${whole}) filter (where ${isWhole}), 0)
    + coalesce(sum((select sum(p.fen) from ${parts} where ${isLate} and ${part})) filter (where not ${isWhole}), 0))::bigint`;
  return sql`, ${sumOf(sql`m.principal_fen`, sql`p.kind = 'principal'`)} as chosen_principal,
    ${sumOf(sql`m.late_fee_fen`, sql`p.kind = 'lateFee'`)} as chosen_late_fee`;
}

export function viewIncomeSums(sums: IncomeSums): IncomeTotals {
  const { chosenPart } = sums;
  return {
    income: formatYuan(sums.incomeFen),
    received: formatYuan(sums.receivedFen),
    reversed: formatYuan(sums.reversedFen),
    principal: formatYuan(sums.principalFen),
    lateFee: formatYuan(sums.lateFeeFen),
    byMethod: sums.byMethod.map(({ id, name, incomeFen }) => ({ id, name, income: formatYuan(incomeFen) })),
    chosenPart: chosenPart && {
      principal: formatYuan(chosenPart.principalFen),
      lateFee: formatYuan(chosenPart.lateFeeFen),
    },
  };
}

const orders: Record<IncomeSort, Sql> = {
  day: sql`m.day, m.at, m.tender_id, m.kind`,
  '-day': sql`m.day desc, m.at desc, m.tender_id desc, m.kind desc`,
  amount: sql`m.amount_fen, m.tender_id, m.kind`,
  '-amount': sql`m.amount_fen desc, m.tender_id desc, m.kind desc`,
};

const opposite: Record<IncomeSort, IncomeSort> = { day: '-day', '-day': 'day', amount: '-amount', '-amount': 'amount' };

/** Which rows of how many a page shows. */
export interface IncomePage {
  page: number;
  pageSize: number;
  total: number;
}

/** The rows of a page as `order by … limit …`: counted from whichever end is nearer, so that the last page is as quick as the first. */
function pageClause(sort: IncomeSort, { page, pageSize, total }: IncomePage): Sql {
  const before = (page - 1) * pageSize;
  const count = Math.min(pageSize, Math.max(0, total - before));
  const after = total - before - count;
  return after < before
    ? sql`order by ${orders[opposite[sort]]} limit ${count} offset ${Math.max(0, after)}`
    : sql`order by ${orders[sort]} limit ${count} offset ${before}`;
}

/** Movements with their names, in order: of one page, or all of them. */
export function selectIncome(ctx: Context, filter: IncomeNarrowing, sort: IncomeSort, page: IncomePage | null): Sql {
  return sql`select m.tender_id || '-' || m.document_id as key, m.receipt_id, r.number, m.kind,
      case when m.kind = 'reversal' then 'reversal' when r.reversed_at is not null then 'reversed' else 'valid' end as state,
      m.day, m.at, c.name as community_name, m.target_kind, m.target_id, coalesce(h.full_name, k.number, '') as target_name,
      r.payer_name, t.name as method_name, m.amount_fen, m.principal_fen, m.late_fee_fen, s.name as staff_name,
      case when m.kind = 'reversal' then coalesce(v.reason, '') else r.note end as note,
      (select coalesce(string_agg(i.name, '、' order by i.n), '') from
        (select i.name, min(u.n) as n from unnest(m.part_item_ids) with ordinality u (item_id, n)
          join charge_item i on i.company_id = m.company_id and i.id = u.item_id group by i.name) i) as items
    from (select * from income_movement m where ${whereIncome(ctx, filter)} ${page ? pageClause(sort, page) : empty}) m
    join receipt r on r.company_id = m.company_id and r.id = m.receipt_id
    join community c on c.company_id = m.company_id and c.id = m.community_id
    join payment_method t on t.company_id = m.company_id and t.id = m.payment_method_id
    join staff s on s.company_id = m.company_id and s.id = m.staff_id
    left join receipt_reversal v on v.company_id = m.company_id and v.id = m.receipt_reversal_id
    left join house h on m.target_kind = 'house' and h.company_id = m.company_id and h.id = m.target_id
    left join parking_space k on m.target_kind = 'parkingSpace' and k.company_id = m.company_id and k.id = m.target_id
    where m.company_id = ${ctx.companyId}
    order by ${orders[sort]}`;
}

export interface IncomeSqlRow {
  key: string;
  receipt_id: string;
  number: string;
  kind: IncomeRow['kind'];
  state: IncomeRow['state'];
  day: string;
  at: string;
  community_name: string;
  target_kind: IncomeRow['targetKind'];
  target_id: string | null;
  target_name: string;
  payer_name: string;
  items: string;
  method_name: string;
  amount_fen: bigint;
  principal_fen: bigint;
  late_fee_fen: bigint;
  staff_name: string;
  note: string;
}

export function viewIncome(row: IncomeSqlRow): IncomeRow {
  return {
    key: row.key,
    receiptId: row.receipt_id,
    number: row.number,
    kind: row.kind,
    state: row.state,
    day: row.day,
    at: row.at,
    communityName: row.community_name,
    targetKind: row.target_kind,
    targetId: row.target_id,
    targetName: row.target_name,
    payerName: row.payer_name,
    items: row.items,
    methodName: row.method_name,
    amount: formatYuan(fen(row.amount_fen)),
    principal: formatYuan(fen(row.principal_fen)),
    lateFee: formatYuan(fen(row.late_fee_fen)),
    staffName: row.staff_name,
    note: row.note,
  };
}

/** Income of each day and method from `from` to `to`, for the days that have any. */
export function incomeByDay(
  ctx: Context,
  filter: IncomeFilter,
): Promise<{ day: string; id: string; name: string; amount: bigint }[]> {
  return ctx.tx.ad(sql`select s.day, s.id, t.name, s.amount
    from (select m.day, m.payment_method_id as id, sum(m.amount_fen)::bigint as amount from income_movement m
      where ${whereIncome(ctx, filter)} group by m.day, m.payment_method_id) s
    join payment_method t on t.company_id = ${ctx.companyId} and t.id = s.id order by t.sort_order, t.name, s.day`);
}
