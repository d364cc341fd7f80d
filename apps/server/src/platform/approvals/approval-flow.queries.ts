import type { ApprovalLevel } from '@anlin/contract';
import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import type { ApprovalFacts } from './approvable.ts';

export interface ApprovalFlow {
  id: string;
  name: string;
  version: number;
  levels: ApprovalLevel[];
}

interface ConditionRow extends ApprovalFlow {
  amount_from_fen: bigint | null;
  amount_to_fen: bigint | null;
  community_ids: string[];
}

/** The flows in force for an action, in their order. */
export async function flowsOf(ctx: Context, action: string): Promise<ConditionRow[]> {
  return ctx.tx.rows<ConditionRow>(sql`select id, name, version, levels, amount_from_fen, amount_to_fen, community_ids from approval_flow
    where company_id = ${ctx.companyId} and action = ${action} and is_enabled order by sort_order, id`);
}

/** The first flow whose conditions all hold. A condition on communities holds when one of those touched is named. */
export function matchFlow(
  flows: readonly ConditionRow[],
  { amountFen, communityIds }: Pick<ApprovalFacts, 'amountFen' | 'communityIds'>,
): ApprovalFlow | undefined {
  return flows.find((flow) => {
    if (flow.community_ids.length > 0 && !communityIds.some((id) => flow.community_ids.includes(id))) return false;
    if (flow.amount_from_fen !== null && (amountFen === null || amountFen < flow.amount_from_fen)) return false;
    return flow.amount_to_fen === null || (amountFen !== null && amountFen < flow.amount_to_fen);
  });
}
