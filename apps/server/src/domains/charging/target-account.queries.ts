import { type billStates, chargeTargetKinds, platformFail, type TargetAccount, type TargetKind } from '@anlin/contract';
import { addFen, type Fen, formatYuan, sumFen, zeroFen } from '@anlin/money';
import { type Calculation, explain } from '@anlin/pricing';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

interface AccountRow {
  id: string;
  state: keyof typeof billStates;
  target_label: string;
  item: string;
  period_from: string;
  period_to: string;
  due_on: string;
  receivable_fen: Fen;
  received_fen: Fen;
  outstanding_fen: Fen;
  former_owner: string;
  calculation: Calculation;
}

/** The account of a house: its bills and those of its parking spaces and vehicles, by the month in which the period begins. */
export async function readHouseAccount(ctx: Context, houseId: string): Promise<TargetAccount> {
  const house = await ctx.tx.first<{ time_zone: string }>(sql`select c.time_zone from house h
    join community c on c.company_id = h.company_id and c.id = h.community_id
    where h.company_id = ${ctx.companyId} and h.id = ${houseId}`);
  if (!house) throw platformFail('resource.notFound', { label: '房屋' });
  const targets = await ctx.tx.rows<{ id: string }>(
    sql`select id from charge_target where company_id = ${ctx.companyId} and house_id = ${houseId}`,
  );
  return readTargetAccount(
    ctx,
    targets.map((target) => target.id),
    house.time_zone,
  );
}

/** The account of one parking space or vehicle alone, by month. Error: resource.notFound. */
export async function readOwnAccount(ctx: Context, kind: TargetKind, id: string): Promise<TargetAccount> {
  const target = await ctx.tx.first<{ time_zone: string }>(sql`select c.time_zone from charge_target t
    join community c on c.company_id = t.company_id and c.id = t.community_id
    where t.company_id = ${ctx.companyId} and t.kind = ${kind} and t.id = ${id}`);
  if (!target) throw platformFail('resource.notFound', { label: chargeTargetKinds[kind] });
  return readTargetAccount(ctx, [id], target.time_zone);
}

async function readTargetAccount(ctx: Context, targetIds: readonly string[], timeZone: string): Promise<TargetAccount> {
  const rows = await ctx.tx.rows<AccountRow>(sql`
    select l.id, l.state, l.target_label, i.name item, l.period_from, l.period_to, l.due_on, l.receivable_fen, l.received_fen, l.outstanding_fen,
      coalesce(d.name, '') former_owner, b.calculation
    from bill_list l join bill b on b.company_id = l.company_id and b.id = l.id
    join charge_item i on i.company_id = l.company_id and i.id = l.charge_item_id
    left join resident d on d.company_id = b.company_id and d.id = b.debtor_resident_id
    where l.company_id = ${ctx.companyId} and l.target_id = any (${[...targetIds]}::uuid[]) and l.state <> 'void'
    order by l.period_from desc, i.sort_order, i.name, l.target_id, l.id`);
  const today = businessDay(ctx.clock, timeZone).toString();
  return {
    outstanding: formatYuan(sumFen(rows.map((row) => row.outstanding_fen))),
    overdue: formatYuan(sumFen(rows.filter((row) => row.due_on < today).map((row) => row.outstanding_fen))),
    billCount: rows.length,
    months: byMonth(rows),
  };
}

function byMonth(rows: readonly AccountRow[]): TargetAccount['months'] {
  const months = new Map<string, { receivable: Fen; outstanding: Fen; rows: AccountRow[] }>();
  for (const row of rows) {
    const key = row.period_from.slice(0, 7);
    const month = months.get(key) ?? { receivable: zeroFen, outstanding: zeroFen, rows: [] };
    month.receivable = addFen(month.receivable, row.receivable_fen);
    month.outstanding = addFen(month.outstanding, row.outstanding_fen);
    month.rows.push(row);
    months.set(key, month);
  }
  return [...months].map(([month, one]) => ({
    month,
    receivable: formatYuan(one.receivable),
    outstanding: formatYuan(one.outstanding),
    bills: one.rows.map((row) => ({
      id: row.id,
      state: row.state,
      targetLabel: row.target_label,
      chargeItemLabel: row.item,
      periodFrom: row.period_from,
      periodTo: row.period_to,
      dueOn: row.due_on,
      receivable: formatYuan(row.receivable_fen),
      received: formatYuan(row.received_fen),
      outstanding: formatYuan(row.outstanding_fen),
      formerOwner: row.former_owner,
      sentence: explain(row.calculation),
    })),
  }));
}
