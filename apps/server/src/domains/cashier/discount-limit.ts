import { cashierFail } from '@anlin/contract';
import { type Fen, formatYuan, formatYuanGrouped, zeroFen } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** How much one group lets its people give up in one receipt; null: not limited. Shares in ten-thousandths. */
export interface DiscountLimit {
  discountFen: Fen | null;
  discountShare: bigint | null;
  lateFeeFen: Fen | null;
  lateFeeShare: bigint | null;
}

/** What is given up on a receipt, and of how much. */
export interface GivenUp {
  discountFen: Fen;
  principalFen: Fen;
  lateFeeWaivedFen: Fen;
  lateFeeFen: Fen;
}

/** Limits of the actor, one for each group that holds the right; whichever allows more counts. Empty without the right. */
export async function readDiscountLimits(ctx: Context): Promise<DiscountLimit[]> {
  if (!ctx.permissions.has('cashier.discount')) return [];
  const rows = await ctx.tx.rows<{
    discount_fen: Fen | null;
    discount_share: bigint | null;
    late_fee_fen: Fen | null;
    late_fee_share: bigint | null;
  }>(sql`
    select distinct l.discount_fen, (l.discount_share * 10000)::bigint as discount_share, l.late_fee_fen, (l.late_fee_share * 10000)::bigint as late_fee_share
    from groups_of(${ctx.companyId}, ${ctx.actor.id}) h
    join permission_group g on g.company_id = ${ctx.companyId} and g.id = h.permission_group_id
      and (g.holds_all or 'cashier.discount' = any (g.permissions || g.phone_permissions))
    left join discount_limit l on l.company_id = g.company_id and l.permission_group_id = g.id`);
  return rows.map((row) => ({
    discountFen: row.discount_fen,
    discountShare: row.discount_share,
    lateFeeFen: row.late_fee_fen,
    lateFeeShare: row.late_fee_share,
  }));
}

/** Whether the limits allow what is given up; a message's parts when they do not. */
export function exceededLimit(
  limits: readonly DiscountLimit[],
  given: GivenUp,
): { kind: string; amount: string; limit: string } | null {
  const isWithin = (amountFen: Fen, ofFen: Fen, mostFen: Fen | null, share: bigint | null) =>
    amountFen === zeroFen ||
    ((mostFen === null || amountFen <= mostFen) && (share === null || amountFen * 10000n <= ofFen * share));
  const allowsDiscount = (limit: DiscountLimit) =>
    isWithin(given.discountFen, given.principalFen, limit.discountFen, limit.discountShare);
  const allowsLateFee = (limit: DiscountLimit) =>
    isWithin(given.lateFeeWaivedFen, given.lateFeeFen, limit.lateFeeFen, limit.lateFeeShare);
  if (limits.some((limit) => allowsDiscount(limit) && allowsLateFee(limit))) return null;
  if (limits.some(allowsDiscount))
    return {
      kind: '减免违约金',
      amount: formatYuan(given.lateFeeWaivedFen),
      limit: limits.map((one) => limitText(one.lateFeeFen, one.lateFeeShare)).join('或'),
    };
  return {
    kind: '优惠',
    amount: formatYuan(given.discountFen),
    limit: limits.map((one) => limitText(one.discountFen, one.discountShare)).join('或'),
  };
}

/** Throws (403) when the actor may not give up so much in one receipt. Offers need no right and are not counted in. */
export async function checkDiscountLimit(ctx: Context, given: GivenUp): Promise<void> {
  if (given.discountFen === zeroFen && given.lateFeeWaivedFen === zeroFen) return;
  const limits = await readDiscountLimits(ctx);
  if (limits.length === 0) throw cashierFail('receipt.discountForbidden');
  const exceeded = exceededLimit(limits, given);
  if (exceeded) throw cashierFail('receipt.discountLimit', exceeded);
}

/** `50.00 元 且 5%` */
export function limitText(mostFen: Fen | null, share: bigint | null): string {
  const parts = [
    ...(mostFen === null ? [] : [`${formatYuanGrouped(mostFen)} 元`]),
    ...(share === null ? [] : [`${percentText(share)}%`]),
  ];
  return parts.length === 0 ? '不限' : parts.join(' 且 ');
}

/** Ten-thousandths as per cent: `5`, `12.5`. */
export function percentText(share: bigint): string {
  const digits = String(share % 100n)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${share / 100n}${digits === '' ? '' : `.${digits}`}`;
}
