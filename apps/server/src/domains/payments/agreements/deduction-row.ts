import { type DeductionFailure, type DeductionState, platformFail } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';

/** What is taken by one agreement for one planned day; under its lock. */
export interface Deduction {
  id: string;
  communityId: string;
  agreementId: string;
  plannedOn: string;
  state: DeductionState;
  amountFen: Fen;
  attempt: number;
  retryDays: number[];
  chargeItemIds: string[];
  failure: DeductionFailure | null;
  needsNotice: boolean;
  takeFrom: string | null;
  takeUntil: string | null;
  nextAt: string | null;
}

/** Locks a deduction: after an order, before an agreement and bills. 404 when out of sight. */
export async function lockDeduction(ctx: Context, id: string): Promise<Deduction> {
  const found = await ctx.tx.first<Deduction>(sql`
    select id, community_id as "communityId", agreement_id as "agreementId", planned_on as "plannedOn", state, amount_fen as "amountFen", attempt,
      retry_days as "retryDays", charge_item_ids as "chargeItemIds", failure, needs_notice as "needsNotice", take_from as "takeFrom",
      take_until as "takeUntil", next_at as "nextAt"
    from deduction where company_id = ${ctx.companyId} and id = ${id} for no key update`);
  if (!found) throw platformFail('resource.notFound', { label: '自动扣款' });
  return found;
}

/** What a bill that is being taken by agreement is marked with, so that nobody else takes it meanwhile. */
export const markOf = (orderNo: string): string => `自动扣款-${orderNo.slice(-8)}`;
