import { type ApportionmentTerms, meterKinds } from '@anlin/contract';
import { compileFormula } from '@anlin/formula';
import { Decimal } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { selectTargets } from '../charging/index.ts';
import type { Sharer } from './divide-cost.ts';

/** Names a formula of shares may mention, and what each stands for. */
export const shareFacts = ['建筑面积', '套内面积', '公摊面积', '人数', '楼层'] as const;

interface TargetRow {
  id: string;
  label: string;
  status: string;
  built_area: string;
  inner_area: string | null;
  shared_area: string | null;
  floor: number | null;
  heads: number;
  usage: string | null;
  unread: number;
  weight: string | null;
}

export interface Problem {
  targetLabel: string;
  reason: string;
}

const vacantStates = ['unsold', 'unoccupied', 'vacant'];

/** Targets in the order of the community with what they weigh in a month; those that cannot be weighed apart. */
export async function readSharers(
  ctx: Context,
  terms: Pick<ApportionmentTerms, 'basis' | 'formula' | 'meterKind' | 'selection'> & { id: string },
  month: string,
): Promise<{ sharers: Sharer[]; problems: Problem[] }> {
  const first = `${month}-01`;
  const rows = await ctx.tx.ad<TargetRow>(sql`
    select h.id, h.full_name label, h.status, h.built_area::text, h.inner_area::text, h.shared_area::text, h.floor,
      (select count(distinct o.resident_id)::int from occupancy o where o.company_id = h.company_id and o.house_id = h.id and o.moved_out_on is null) heads,
      u.usage::text "usage", coalesce(u.unread, 0)::int unread, w.weight::text weight
    from (${selectTargets(ctx, terms.selection)}) t
    join house h on h.company_id = ${ctx.companyId} and h.id = t.id
    left join lateral (select sum(r.counted) "usage", count(*) filter (where m.status = 'inUse' and r.id is null) unread
      from meter m left join meter_reading r on r.company_id = m.company_id and r.meter_id = m.id and r.month = ${first}
      where m.company_id = h.company_id and m.house_id = h.id and m.kind = ${terms.meterKind ?? ''}) u on ${terms.basis === 'usage'}::boolean
    left join apportionment_weight w on w.company_id = h.company_id and w.apportionment_id = ${terms.id} and w.house_id = h.id
    order by h.sort_order, h.full_name collate natural_order, h.id`);
  const weigh = weigher(terms);
  const sharers: Sharer[] = [];
  const problems: Problem[] = [];
  for (const row of rows) {
    const weight = weigh(row);
    if (typeof weight === 'string') problems.push({ targetLabel: row.label, reason: weight });
    else
      sharers.push({ targetId: row.id, targetLabel: row.label, weight, isVacant: vacantStates.includes(row.status) });
  }
  return { sharers, problems };
}

/** Weight of a target, or why it has none, in words. */
function weigher({ basis, formula, meterKind }: Pick<ApportionmentTerms, 'basis' | 'formula' | 'meterKind'>) {
  const compiled = basis === 'formula' ? compileFormula(formula, shareFacts) : null;
  return (row: TargetRow): Decimal | string => {
    switch (basis) {
      case 'equal':
        return new Decimal(1);
      case 'builtArea':
        return Number(row.built_area) > 0 ? new Decimal(row.built_area) : '没有填写建筑面积';
      case 'headcount':
        return new Decimal(row.heads);
      case 'usage':
        return row.unread > 0 ? `${meterKind ? meterKinds[meterKind] : ''}表本月还没有抄` : new Decimal(row.usage ?? 0);
      case 'weights':
        return row.weight === null ? '没有填写权重' : new Decimal(row.weight);
      case 'formula':
        return compiled?.ok ? formulaWeight(compiled, row) : '公式不对';
    }
  };
}

function formulaWeight(compiled: Extract<ReturnType<typeof compileFormula>, { ok: true }>, row: TargetRow) {
  const result = compiled.run({
    建筑面积: row.built_area,
    套内面积: row.inner_area,
    公摊面积: row.shared_area,
    人数: String(row.heads),
    楼层: row.floor === null ? null : String(row.floor),
  });
  if (!result.ok) return `公式算不出（${failureText(result.failure)}）`;
  return result.value.lessThan(0) ? `公式得出负数 ${result.value.toFixed()}` : result.value;
}

function failureText({ code, params }: { code: string; params: Readonly<Record<string, unknown>> }): string {
  if (code === 'missingValue') return `没有填写${String(params.name ?? '')}`;
  return code === 'divisionByZero' ? '除数为 0' : code;
}
