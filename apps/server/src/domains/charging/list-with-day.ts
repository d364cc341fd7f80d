import { type Alignment, formatPeriod, periodCovering } from '@anlin/calendar';
import type { ListQuery, ResourceRow } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { getRow, listRows, type ResourceBinding, type ResourceList } from '../../resource/index.ts';
import { type RaiseShift, raisedOn } from './raise-shift.ts';

const usualTimeZone = 'Asia/Shanghai';

/** Tells the views of charging which day it is: prices in force and states of bindings depend on it. */
export async function tellToday(ctx: Context): Promise<void> {
  const today = businessDay(ctx.clock, usualTimeZone).toString();
  await ctx.tx.rows(sql`select set_config('app.today', ${today}, true)`);
}

export async function listToday(ctx: Context, binding: ResourceBinding, query: ListQuery): Promise<ResourceList> {
  await tellToday(ctx);
  return listRows(ctx, binding, query);
}

export async function getToday(ctx: Context, binding: ResourceBinding, id: string): Promise<ResourceRow> {
  await tellToday(ctx);
  return getRow(ctx, binding, id);
}

interface CycleRow {
  id: string;
  starts_on: string;
  ends_on: string | null;
  raised_to: string | null;
  every_months: number;
  alignment: Alignment;
  is_raised_automatically: boolean;
  raise_side: RaiseShift['side'];
  raise_unit: RaiseShift['unit'];
  raise_offset: number;
}

/** Adds to bindings which period comes next and when it is raised: `2026年4月，2026-04-01 自动生成`. */
export async function withNextPeriods(ctx: Context, rows: ResourceRow[]): Promise<ResourceRow[]> {
  const cycles = await ctx.tx.rows<CycleRow>(sql`
    select b.id, b.starts_on, b.ends_on, s.every_months, s.alignment, i.is_raised_automatically, i.raise_side, i.raise_unit, i.raise_offset,
      (select max(x.period_to) from bill x where x.company_id = b.company_id and x.standard_binding_id = b.id and x.voided_at is null) raised_to
    from standard_binding b join charge_standard s on s.company_id = b.company_id and s.id = b.charge_standard_id
    join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    where b.company_id = ${ctx.companyId} and b.id = any (${rows.map((row) => row.id)}::uuid[])`);
  const texts = new Map(cycles.map((cycle) => [cycle.id, nextPeriodText(cycle)]));
  return rows.map((row) => ({ ...row, nextPeriodText: texts.get(row.id) ?? '' }));
}

function nextPeriodText(cycle: CycleRow): string {
  const next = periodCovering(
    {
      start: Temporal.PlainDate.from(cycle.starts_on),
      end: cycle.ends_on === null ? null : Temporal.PlainDate.from(cycle.ends_on),
      everyMonths: cycle.every_months,
      alignment: cycle.alignment,
    },
    Temporal.PlainDate.from(cycle.raised_to ?? cycle.starts_on),
  );
  if (!next) return '已全部生成';
  const when = cycle.is_raised_automatically
    ? `${raisedOn({ side: cycle.raise_side, unit: cycle.raise_unit, offset: cycle.raise_offset }, next.period.from.toString())} 自动生成`
    : '手动生成';
  return `${formatPeriod(next.period)}，${when}`;
}
