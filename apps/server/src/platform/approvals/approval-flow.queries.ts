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
  action: string;
  amount_from_fen: bigint | null;
  amount_to_fen: bigint | null;
  community_ids: string[];
}

/** The flows in force for these actions, in their order. */
export async function flowsOf(ctx: Context, actions: readonly string[]): Promise<ConditionRow[]> {
  return ctx.tx.rows<ConditionRow>(sql`select id, action, name, version, levels, amount_from_fen, amount_to_fen, community_ids from approval_flow
    where company_id = ${ctx.companyId} and action = any (${[...actions]}) and is_enabled order by sort_order, id`);
}

/** The first flow of an action whose conditions all hold. A condition on communities holds when one of those touched is named. */
export function matchFlow(
  flows: readonly ConditionRow[],
  { action, amountFen, communityIds }: Pick<ApprovalFacts, 'amountFen' | 'communityIds'> & { action: string },
): ApprovalFlow | undefined {
  return flows.find((flow) => {
    if (flow.action !== action) return false;
    if (flow.community_ids.length > 0 && !communityIds.some((id) => flow.community_ids.includes(id))) return false;
    if (flow.amount_from_fen !== null && (amountFen === null || amountFen < flow.amount_from_fen)) return false;
    return flow.amount_to_fen === null || (amountFen !== null && amountFen < flow.amount_to_fen);
  });
}

/** One request for several flows: the levels of each, one after another. Undefined where there is none. */
export function joinFlows(matched: readonly (ApprovalFlow | undefined)[]): ApprovalFlow | undefined {
  const flows = matched.filter((flow) => flow !== undefined);
  const [first] = flows;
  if (!first || flows.length === 1) return first;
  return { ...first, name: flows.map((flow) => flow.name).join('、'), levels: flows.flatMap((flow) => flow.levels) };
}
