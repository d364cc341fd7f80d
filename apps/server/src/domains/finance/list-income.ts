import type { EndpointReply, IncomeFilter, IncomeSort, listIncome as listIncomeEndpoint } from '@anlin/contract';
import { formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import {
  type IncomeSqlRow,
  lookUpText,
  selectIncome,
  sumIncome,
  sumIncomeDiscounts,
  viewIncome,
  viewIncomeSums,
} from './income.queries.ts';
import { sumChannelFees } from './income-channel-fees.ts';

/** A page of movements with the totals over all that match (FIN-1). */
export async function listIncome(
  ctx: Context,
  { page, pageSize, sort, ...filter }: IncomeFilter & { page: number; pageSize: number; sort: IncomeSort },
): Promise<EndpointReply<typeof listIncomeEndpoint>> {
  const narrowed = await lookUpText(ctx, filter);
  const sums = await sumIncome(ctx, narrowed);
  const rows = await ctx.tx.ad<IncomeSqlRow>(selectIncome(ctx, narrowed, sort, { page, pageSize, total: sums.count }));
  const feeFen = await sumChannelFees(ctx, filter);
  return {
    rows: rows.map(viewIncome),
    total: sums.count,
    totals: {
      ...viewIncomeSums(sums, await sumIncomeDiscounts(ctx, narrowed)),
      channelFee: feeFen === null ? null : formatYuan(feeFen),
    },
  };
}
