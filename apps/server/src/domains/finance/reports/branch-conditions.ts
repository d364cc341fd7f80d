import type { ReportFilter } from '@anlin/contract';
import type { Context } from '../../../platform/context.ts';
import { empty, type Sql, sql } from '../../../platform/database/sql.ts';
import type { ReportBranch, ReportRange } from './report-source.ts';

/** Lists of ids are made once as arrays: a condition on a plain column that an index answers under row-level security. */
export function whereBranch(ctx: Context, branch: ReportBranch, filter: ReportFilter): Sql {
  const { of, where } = branch;
  return sql`${where}
    ${filter.communityId ? sql`and ${of.community} = ${filter.communityId}` : empty}
    ${filter.buildingId ? whereBuilding(ctx, branch, filter.buildingId) : empty}
    ${filter.targetId ? equals(of.target, filter.targetId) : empty}
    ${filter.chargeItemId ? equals(of.item, filter.chargeItemId) : empty}
    ${filter.paymentMethodId ? equals(of.method, filter.paymentMethodId) : empty}
    ${filter.staffId ? equals(of.staff, filter.staffId) : empty}
    ${filter.kind ? equals(of.kind, filter.kind) : empty}
    ${filter.tagId ? whereTag(ctx, of.target, filter.tagId) : empty}`;
}

/** A filter on what a line is not of finds nothing: a report must not show what it was not asked for. */
function equals(column: Sql | undefined, value: string): Sql {
  if (!column) return sql`and false`;
  return value === 'none' ? sql`and ${column} is null` : sql`and ${column} = ${value}`;
}

function whereBuilding(ctx: Context, { of }: ReportBranch, buildingId: string): Sql {
  if (of.building) return equals(of.building, buildingId);
  if (!of.target) return sql`and false`;
  const houses = sql`select h.id from house h where h.company_id = ${ctx.companyId}`;
  if (buildingId === 'none') return sql`and (${of.target} is null or ${of.targetKind ?? sql`'house'`} <> 'house')`;
  return sql`and ${of.target} = any (array(${houses} and h.building_id = ${buildingId}))`;
}

function whereTag(ctx: Context, target: Sql | undefined, tagId: string): Sql {
  if (!target) return sql`and false`;
  return sql`and ${target} = any (array(
    select g.target_id from charge_target_tag g where g.company_id = ${ctx.companyId} and g.tag_id = ${tagId}))`;
}

/** Lines of the days asked for. With a balance also those before, which the balance begins with. */
export function whereDays(branch: ReportBranch, { from, to }: ReportRange): Sql {
  const day = branch.of.day;
  if (branch.hasOwnDays || !day) return empty;
  return sql`${to ? sql`and ${day} <= ${to}` : empty} ${from && !branch.balance ? sql`and ${day} >= ${from}` : empty}`;
}

/** Whether a line falls into the days, where those before it are read too; null: all of them do. */
export function isWithin(branch: ReportBranch, { from }: ReportRange): Sql | null {
  return from && branch.balance && branch.of.day ? sql`${branch.of.day} >= ${from}` : null;
}
