import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

const flows = [
  { name: '房屋过户须项目经理同意', action: 'house.handOver', amountFromFen: null, group: '项目经理' },
  { name: '作废满 5000 元须项目经理同意', action: 'bill.void', amountFromFen: 500_000, group: '项目经理' },
] as const;

/** Flows as a company has them: changing hands, and voiding a large sum, need the manager. */
export async function writeApprovalFlows(ctx: Context): Promise<void> {
  for (const [place, { name, action, amountFromFen, group }] of flows.entries()) {
    await ctx.tx.run(sql`insert into approval_flow (company_id, id, name, action, sort_order, amount_from_fen, levels, created_at, updated_at)
      select company_id, ${ctx.newId()}, ${name}, ${action}, ${place + 1}, ${amountFromFen},
        jsonb_build_array(jsonb_build_object('mode', 'any', 'approvers', jsonb_build_array(jsonb_build_object('kind', 'group', 'id', id)))),
        ${nowText(ctx)}, ${nowText(ctx)}
      from permission_group where company_id = ${ctx.companyId} and name = ${group}`);
  }
}
