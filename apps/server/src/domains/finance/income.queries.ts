import type { IncomeFilter, IncomeRow, IncomeSort, IncomeTotals } from '@anlin/contract';
import { type Fen, fen, formatYuan, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { empty, join, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import { monthStart, nextMonthStart } from './months.ts';

/** A filter whose text has been looked up already: the receipts and refunds found then stand for `q`. */
export type IncomeNarrowing = IncomeFilter & { receiptIds?: readonly string[]; refundIds?: readonly string[] };

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
  if (rows.length > receiptIdsMax) return filter;
  const refunds = await ctx.tx.ad<{ id: string }>(
    sql`${refundsNamed(ctx, filter.q)} ${filter.communityId ? sql`and f.community_id = ${filter.communityId}` : empty} limit ${receiptIdsMax}`,
  );
  return { ...filter, receiptIds: rows.map(({ id }) => id), refundIds: refunds.map(({ id }) => id) };
}

/** The condition of a filter on `income_movement m`. */
export function whereIncome(ctx: Context, filter: IncomeNarrowing): Sql {
  const isReversed = sql`exists (select from receipt_reversal v where v.company_id = m.company_id and v.receipt_id = m.receipt_id
    and not exists (select from receipt_restoration x where x.company_id = v.company_id and x.receipt_reversal_id = v.id))`;
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
    ${filter.source ? sql`and m.source = ${filter.source}` : empty}
    ${filter.state ? states[filter.state] : empty}
    ${filter.buildingId ? sql`and m.target_id in (select h.id from house h where h.company_id = ${ctx.companyId} and h.building_id = ${filter.buildingId})` : empty}
    ${whereText(ctx, filter)}
    ${filter.chargeItemId ? sql`and m.part_item_ids @> array[${filter.chargeItemId}::uuid]` : empty}
    ${filter.paidFrom || filter.paidTo ? sql`and exists (select from ${parts} where ${part})` : empty}`;
}

function whereText(ctx: Context, { q, receiptIds, refundIds = [] }: IncomeNarrowing): Sql {
  if (receiptIds)
    return sql`and (m.receipt_id = any (${[...receiptIds]}::uuid[]) or m.refund_id = any (${[...refundIds]}::uuid[]))`;
  return q
    ? sql`and (m.receipt_id = any (array(${receiptsNamed(ctx, q)})) or m.refund_id = any (array(${refundsNamed(ctx, q)})))`
    : empty;
}

function refundsNamed(ctx: Context, q: string): Sql {
  const like = `%${likeText(q)}%`;
  return sql`select f.id from refund f
    where f.company_id = ${ctx.companyId} and (f.number ilike ${like} or f.payee_name ilike ${like})`;
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
  refundedFen: Fen;
  principalFen: Fen;
  lateFeeFen: Fen;
  prepaidFen: Fen;
  depositFen: Fen;
  otherFen: Fen;
  offsetFen: Fen;
  byMethod: { id: string; name: string; incomeFen: Fen }[];
  chosenPart: { principalFen: Fen; lateFeeFen: Fen } | null;
}

interface MethodRow {
  id: string;
  name: string;
  kind: IncomeRow['kind'];
  source: IncomeRow['source'];
  count: number;
  amount: bigint;
  principal: bigint;
  late_fee: bigint;
  prepaid: bigint;
  deposit: bigint;
  other: bigint;
  chosen_principal?: bigint;
  chosen_late_fee?: bigint;
}

/** Sums over every movement that matches; the list, the dashboard and the export all take theirs from here. */
export async function sumIncome(ctx: Context, filter: IncomeNarrowing): Promise<IncomeSums> {
  const part = wherePart(filter);
  const rows = await ctx.tx.ad<MethodRow>(sql`
    select s.*, t.name
    from (select m.payment_method_id as id, case when m.refund_id is not null then 'refund' else m.kind end as kind, m.source, count(*)::int as count, sum(m.amount_fen)::bigint as amount,
        sum(m.principal_fen)::bigint as principal, sum(m.late_fee_fen)::bigint as late_fee, sum(m.prepaid_fen)::bigint as prepaid,
        sum(m.deposit_fen)::bigint as deposit, sum(m.other_fen)::bigint as other ${part ? chosenParts(part) : empty}
      from income_movement m where ${whereIncome(ctx, filter)} group by 1, 2, 3) s
    join payment_method t on t.company_id = ${ctx.companyId} and t.id = s.id
    order by t.sort_order, t.name`);
  const over = (some: readonly MethodRow[], pick: (row: MethodRow) => bigint | undefined) =>
    fen(some.reduce((sum, row) => sum + (pick(row) ?? 0n), 0n));
  const paid = rows.filter(({ source }) => source === 'money');
  const add = (pick: (row: MethodRow) => bigint, ...only: MethodRow['kind'][]) =>
    over(
      paid.filter(({ kind }) => only.length === 0 || only.includes(kind)),
      pick,
    );
  const byMethod = new Map<string, { id: string; name: string; incomeFen: Fen }>();
  for (const row of paid) {
    const known = byMethod.get(row.id)?.incomeFen ?? zeroFen;
    byMethod.set(row.id, { id: row.id, name: row.name, incomeFen: fen(known + row.amount) });
  }
  return {
    count: rows.reduce((sum, row) => sum + row.count, 0),
    incomeFen: add((row) => row.amount),
    receivedFen: add((row) => row.amount, 'receipt', 'amendment'),
    reversedFen: add((row) => row.amount, 'reversal', 'restoration'),
    refundedFen: add((row) => row.amount, 'refund'),
    principalFen: add((row) => row.principal),
    lateFeeFen: add((row) => row.late_fee),
    prepaidFen: add((row) => row.prepaid),
    depositFen: add((row) => row.deposit),
    otherFen: add((row) => row.other),
    offsetFen: over(
      rows.filter(({ source }) => source !== 'money'),
      (row) => row.amount,
    ),
    byMethod: [...byMethod.values()],
    chosenPart: part && {
      principalFen: over(rows, (row) => row.chosen_principal),
      lateFeeFen: over(rows, (row) => row.chosen_late_fee),
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

/** Discounts given with the receipts whose rows match, less those taken back with what undid them. Fen. */
export async function sumIncomeDiscounts(ctx: Context, filter: IncomeNarrowing): Promise<Fen> {
  const [row] = await ctx.tx.ad<{ fen: bigint }>(sql`
    select coalesce(sum(d.amount_fen), 0)::bigint as fen from bill_reduction d
    where d.company_id = ${ctx.companyId} and d.kind = 'discount' and d.receipt_id is not null
      and exists (select from income_movement m where m.document_id = coalesce(d.receipt_restoration_id, d.receipt_reversal_id, d.receipt_id)
        and ${whereIncome(ctx, filter)})`);
  return fen(row!.fen);
}

export function viewIncomeSums(sums: IncomeSums, discountFen: Fen): Omit<IncomeTotals, 'channelFee'> {
  const { chosenPart } = sums;
  return {
    income: formatYuan(sums.incomeFen),
    received: formatYuan(sums.receivedFen),
    reversed: formatYuan(sums.reversedFen),
    refunded: formatYuan(sums.refundedFen),
    principal: formatYuan(sums.principalFen),
    lateFee: formatYuan(sums.lateFeeFen),
    prepaid: formatYuan(sums.prepaidFen),
    deposit: formatYuan(sums.depositFen),
    other: formatYuan(sums.otherFen),
    offset: formatYuan(sums.offsetFen),
    discount: formatYuan(discountFen),
    byMethod: sums.byMethod.map(({ id, name, incomeFen }) => ({ id, name, income: formatYuan(incomeFen) })),
    chosenPart: chosenPart && {
      principal: formatYuan(chosenPart.principalFen),
      lateFee: formatYuan(chosenPart.lateFeeFen),
    },
  };
}

const orders: Record<IncomeSort, Sql> = {
  day: sql`m.day, m.at, m.tender_id, m.kind, m.payment_method_id`,
  '-day': sql`m.day desc, m.at desc, m.tender_id desc, m.kind desc, m.payment_method_id desc`,
  amount: sql`m.amount_fen, m.tender_id, m.kind, m.payment_method_id`,
  '-amount': sql`m.amount_fen desc, m.tender_id desc, m.kind desc, m.payment_method_id desc`,
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
  return sql`select m.tender_id || '-' || m.document_id || '-' || m.payment_method_id as key, m.receipt_id, m.refund_id,
      coalesce(f.number, r.number, '') as number, m.kind, m.source,
      case when m.kind <> 'receipt' then m.kind when r.reversed_at is not null then 'reversed' else 'valid' end as state,
      m.day, m.at, c.name as community_name, m.target_kind, m.target_id, coalesce(ct.name, '') as target_name,
      coalesce(f.payee_name, r.payer_name, '') as payer_name, t.name as method_name, m.amount_fen, m.principal_fen, m.late_fee_fen,
      m.prepaid_fen, m.deposit_fen, m.other_fen, coalesce(s.name, '系统') as staff_name,
      coalesce(v.reason, x.reason, fa.reason, f.reason, a.reason, r.note, '') as note,
      (select coalesce(string_agg(i.name, '、' order by i.n), '') from
        (select i.name, min(u.n) as n from unnest(m.part_item_ids) with ordinality u (item_id, n)
          join charge_item i on i.company_id = m.company_id and i.id = u.item_id group by i.name) i) as items
    from (select * from income_movement m where ${whereIncome(ctx, filter)} ${page ? pageClause(sort, page) : empty}) m
    left join receipt r on r.company_id = m.company_id and r.id = m.receipt_id
    left join refund f on f.company_id = m.company_id and f.id = m.refund_id
    join community c on c.company_id = m.company_id and c.id = m.community_id
    join payment_method t on t.company_id = m.company_id and t.id = m.payment_method_id
    left join staff s on s.company_id = m.company_id and s.id = m.staff_id
    left join receipt_reversal v on v.company_id = m.company_id and v.id = m.receipt_reversal_id
    left join receipt_restoration x on x.company_id = m.company_id and x.id = m.receipt_restoration_id
    left join refund_amendment fa on fa.company_id = m.company_id and fa.id = m.refund_amendment_id
    left join receipt_amendment a on a.company_id = m.company_id and a.id = m.receipt_amendment_id
    left join charge_target ct on ct.company_id = m.company_id and ct.kind = m.target_kind and ct.id = m.target_id
    where m.company_id = ${ctx.companyId}
    order by ${orders[sort]}`;
}

export interface IncomeSqlRow {
  key: string;
  receipt_id: string | null;
  refund_id: string | null;
  number: string;
  kind: IncomeRow['kind'];
  source: IncomeRow['source'];
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
  prepaid_fen: bigint;
  deposit_fen: bigint;
  other_fen: bigint;
  staff_name: string;
  note: string;
}

export function viewIncome(row: IncomeSqlRow): IncomeRow {
  return {
    key: row.key,
    receiptId: row.receipt_id,
    refundId: row.refund_id,
    number: row.number,
    kind: row.kind,
    source: row.source,
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
    prepaid: formatYuan(fen(row.prepaid_fen)),
    deposit: formatYuan(fen(row.deposit_fen)),
    other: formatYuan(fen(row.other_fen)),
    staffName: row.staff_name,
    note: row.note,
  };
}

/** Income, money only, of each day and method from `from` to `to`, for the days that have any. */
export function incomeByDay(
  ctx: Context,
  filter: IncomeFilter,
): Promise<{ day: string; id: string; name: string; amount: bigint }[]> {
  return ctx.tx.ad(sql`select s.day, s.id, t.name, s.amount
    from (select m.day, m.payment_method_id as id, sum(m.amount_fen)::bigint as amount from income_movement m
      where ${whereIncome(ctx, { ...filter, source: 'money' })} group by m.day, m.payment_method_id) s
    join payment_method t on t.company_id = ${ctx.companyId} and t.id = s.id order by t.sort_order, t.name, s.day`);
}
