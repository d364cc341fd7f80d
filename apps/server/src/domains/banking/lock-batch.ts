import { bankFail, platformFail, type WithholdingState, withholdingStates } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requireWholeCommunity } from '../../platform/rights/require-right.ts';
import type { BankTemplate } from './bank-template.ts';

export interface LockedBatch {
  id: string;
  communityId: string;
  number: string;
  state: WithholdingState;
  template: BankTemplate;
  madeOn: string;
  resultHash: Buffer | null;
  resultName: string;
}

/** A batch, locked. Errors: resource.notFound (404), scope.wholeCommunity (403). */
export async function lockBatch(ctx: Context, id: string): Promise<LockedBatch> {
  const row = await ctx.tx.first<{
    community_id: string;
    number: string;
    state: WithholdingState;
    template: BankTemplate;
    made_on: string;
    result_hash: Buffer | null;
    result_name: string;
  }>(sql`select community_id, number, state, template, made_on, result_hash, result_name from withholding_batch
    where company_id = ${ctx.companyId} and id = ${id} for update`);
  if (!row) throw platformFail('resource.notFound', { label: '代扣批次' });
  requireWholeCommunity(ctx, row.community_id, '银行代扣');
  return {
    id,
    communityId: row.community_id,
    number: row.number,
    state: row.state,
    template: row.template,
    madeOn: row.made_on,
    resultHash: row.result_hash,
    resultName: row.result_name,
  };
}

/** Refuses (409) what may not be done to a batch in its state. */
export function refuseState(batch: LockedBatch, allowed: readonly WithholdingState[], action: string): void {
  if (!allowed.includes(batch.state))
    throw bankFail('withholding.otherState', { number: batch.number, state: withholdingStates[batch.state], action });
}
