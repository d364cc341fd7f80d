import type { EndpointReply, LedgerCell, LedgerFilter, ledgerYear, TargetKind } from '@anlin/contract';
import { formatYuan } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { empty, type Sql, sql } from '../../platform/database/sql.ts';
import { likeText } from '../../resource/index.ts';
import {
  addSums,
  type BillSums,
  billSums,
  noSums,
  readSums,
  type SumsRow,
  sumLedgerByMonth,
  viewSums,
  whereBills,
} from './charge-ledger.queries.ts';
import { officeTimeZone } from './office-time-zone.ts';

type YearReply = EndpointReply<typeof ledgerYear>;

export interface YearInput extends Pick<LedgerFilter, 'communityId' | 'buildingId' | 'chargeItemId' | 'tagId' | 'q'> {
  year: number;
  targetKind: TargetKind;
  page: number;
  pageSize: number;
}

/**
 * Houses (or parking spaces, or vehicles) × 12 months (FIN-2): also those without a bill, so that a missing month is seen. A bill
 * stands in the month its period begins in.
 */
export async function readLedgerYear(ctx: Context, input: YearInput): Promise<YearReply> {
  const { year, page, pageSize, ...rest } = input;
  const filter: LedgerFilter = { ...rest, monthFrom: `${year}-01`, monthTo: `${year}-12` };
  const targets = await listTargets(ctx, input);
  const cells = await readCells(
    ctx,
    filter,
    targets.map(({ id }) => id),
  );
  const months = await sumLedgerByMonth(ctx, filter);
  const monthKeys = Array.from({ length: 12 }, (_, index) => `${year}-${String(index + 1).padStart(2, '0')}`);
  return {
    rows: targets.map(({ id, label, community_name }) => {
      const own = cells.get(id) ?? new Map<string, CellSums>();
      return {
        targetId: id,
        label,
        communityName: community_name,
        months: monthKeys.map((key) => viewCell(own.get(key))),
        year: viewSums(addSums([...own.values()])),
      };
    }),
    total: await countTargets(ctx, input),
    totals: viewSums(addSums([...months.values()])),
    monthTotals: monthKeys.map((key) => viewSums(months.get(key) ?? noSums)),
  };
}

type CellSums = BillSums & { isOverdue: boolean };

/** Nothing billed is none; nothing owed is paid, or waived when nothing was paid either; something paid is partly, also where only a late fee is left out of it. */
export function viewCell(sums: CellSums | undefined): LedgerCell {
  const { receivableFen, receivedFen, outstandingFen, isOverdue } = sums ?? { ...noSums, isOverdue: false };
  const isAllGivenUp = receivedFen === 0n && receivableFen > 0n;
  const settled = isAllGivenUp ? 'waived' : 'paid';
  const state = !sums ? 'none' : outstandingFen === 0n ? settled : receivedFen > 0n ? 'partly' : 'due';
  return {
    state,
    isOverdue,
    receivable: formatYuan(receivableFen),
    received: formatYuan(receivedFen),
    outstanding: formatYuan(outstandingFen),
  };
}

async function readCells(
  ctx: Context,
  filter: LedgerFilter,
  targetIds: readonly string[],
): Promise<Map<string, Map<string, CellSums>>> {
  const today = businessDay(ctx.clock, officeTimeZone).toString();
  const rows = await ctx.tx.ad<SumsRow & { target_id: string; month: string; is_overdue: boolean }>(sql`
    select b.target_id, date_trunc('month', b.period_from)::date as month, ${billSums},
      coalesce(bool_or(b.outstanding_fen > 0 and b.due_on < ${today}), false) as is_overdue
    from bill b where ${whereBills(ctx, filter)} and b.target_id = any (${[...targetIds]}::uuid[])
    group by b.target_id, 2`);
  const cells = new Map<string, Map<string, CellSums>>();
  for (const row of rows) {
    const own = cells.get(row.target_id) ?? new Map<string, CellSums>();
    own.set(row.month.slice(0, 7), { ...readSums(row), isOverdue: row.is_overdue });
    cells.set(row.target_id, own);
  }
  return cells;
}

// Each from its own table: a page of the whole estate, in its own order.
const tables: Record<TargetKind, { table: Sql; name: Sql }> = {
  house: { table: sql`house`, name: sql`t.full_name` },
  parkingSpace: { table: sql`parking_space`, name: sql`t.number` },
  vehicle: { table: sql`vehicle`, name: sql`t.plate` },
};

function listTargets(ctx: Context, input: YearInput): Promise<{ id: string; label: string; community_name: string }[]> {
  const limit = sql`limit ${input.pageSize} offset ${(input.page - 1) * input.pageSize}`;
  const { table, name } = tables[input.targetKind];
  if (input.targetKind !== 'house')
    return ctx.tx.ad(sql`select t.id, ${name} as label, c.name as community_name
      from ${table} t join community c on c.company_id = t.company_id and c.id = t.community_id
      where ${whereTargets(ctx, input)} order by c.sort_order, c.name, ${name} collate natural_order ${limit}`);
  return ctx.tx.ad(sql`select t.id, t.full_name as label, c.name as community_name
    from house t join community c on c.company_id = t.company_id and c.id = t.community_id
    join building u on u.company_id = t.company_id and u.id = t.building_id
    where ${whereTargets(ctx, input)}
    order by c.sort_order, c.name, u.sort_order, t.sort_order, t.full_name collate natural_order ${limit}`);
}

async function countTargets(ctx: Context, input: YearInput): Promise<number> {
  const { table } = tables[input.targetKind];
  const [row] = await ctx.tx.ad<{ total: number }>(
    sql`select count(*)::int as total from ${table} t where ${whereTargets(ctx, input)}`,
  );
  return row!.total;
}

function whereTargets(ctx: Context, { targetKind, communityId, buildingId, tagId, q }: YearInput): Sql {
  const inBuilding = targetKind === 'house' ? sql`and t.building_id = ${buildingId}` : sql`and false`;
  return sql`t.company_id = ${ctx.companyId}
    ${communityId ? sql`and t.community_id = ${communityId}` : empty}
    ${buildingId ? inBuilding : empty}
    ${tagId ? sql`and t.id = any (array(select l.target_id from charge_target_tag l where l.company_id = ${ctx.companyId} and l.target_kind = ${targetKind} and l.tag_id = ${tagId}))` : empty}
    ${q ? sql`and ${tables[targetKind].name} ilike ${`%${likeText(q)}%`}` : empty}`;
}
