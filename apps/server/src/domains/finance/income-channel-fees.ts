import type { IncomeFilter } from '@anlin/contract';
import { type Fen, fen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { empty, sql } from '../../platform/database/sql.ts';

/** What fees are booked by; whatever else narrows the movements leaves them without an answer. */
const known: readonly (keyof IncomeFilter)[] = ['communityId', 'from', 'to', 'paymentMethodId'];

/**
 * What channels kept of the income of these days, communities and ways of paying (FIN-1), as booked from their bills: the journal's
 * account `channelFee` to the fen. Null where the movements are narrowed by what a day's fee can't be shared by, such as the
 * cashier. Fen.
 */
export async function sumChannelFees(ctx: Context, filter: IncomeFilter): Promise<Fen | null> {
  const isShared = Object.entries(filter).every(([key, value]) => !value || known.includes(key as keyof IncomeFilter));
  if (!isShared) return null;
  const [row] = await ctx.tx.ad<{ fen: bigint }>(sql`
    select coalesce(sum(s.fee_fen), 0)::bigint as fen from channel_settlement s
    where s.company_id = ${ctx.companyId}
      ${filter.communityId ? sql`and s.community_id = ${filter.communityId}` : empty}
      ${filter.from ? sql`and s.booked_on >= ${filter.from}` : empty}
      ${filter.to ? sql`and s.booked_on <= ${filter.to}` : empty}
      ${filter.paymentMethodId ? sql`and s.payment_method_id = ${filter.paymentMethodId}` : empty}`);
  return fen(row!.fen);
}
