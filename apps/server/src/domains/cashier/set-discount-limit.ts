import {
  cashierFail,
  type DiscountLimitRow,
  type EndpointRequest,
  platformFail,
  type setDiscountLimit as setEndpoint,
} from '@anlin/contract';
import { type Fen, fen, formatYuan, parseYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type DiscountLimit, limitText, percentText, readDiscountLimits } from './discount-limit.ts';

interface LimitRow {
  id: string;
  name: string;
  discount_fen: Fen | null;
  discount_share: bigint | null;
  late_fee_fen: Fen | null;
  late_fee_share: bigint | null;
}

const limitColumns = sql`g.id, g.name, l.discount_fen, (l.discount_share * 10000)::bigint as discount_share, l.late_fee_fen,
  (l.late_fee_share * 10000)::bigint as late_fee_share`;
const mayGiveUp = sql`(g.holds_all or 'cashier.discount' = any (g.permissions || g.phone_permissions))`;

/** Groups whose people may give up something at the desk, and how much. */
export async function listDiscountLimits(ctx: Context): Promise<DiscountLimitRow[]> {
  const rows = await ctx.tx.rows<LimitRow>(sql`select ${limitColumns}
    from permission_group g left join discount_limit l on l.company_id = g.company_id and l.permission_group_id = g.id
    where g.company_id = ${ctx.companyId} and ${mayGiveUp} order by g.sort_order, g.name`);
  const moneyText = (amount: Fen | null) => (amount === null ? null : formatYuan(amount));
  const shareText = (share: bigint | null) => (share === null ? null : percentText(share));
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    discount: moneyText(row.discount_fen),
    discountPercent: shareText(row.discount_share),
    lateFee: moneyText(row.late_fee_fen),
    lateFeePercent: shareText(row.late_fee_share),
  }));
}

/**
 * Sets how much a group's people may give up in one receipt. Nobody gives more than they have themselves (403).
 * Errors: resource.notFound (404).
 */
export async function setDiscountLimit(
  ctx: Context,
  groupId: string,
  input: EndpointRequest<typeof setEndpoint>['body'],
): Promise<void> {
  const group = await ctx.tx.first<LimitRow>(sql`select ${limitColumns}
    from permission_group g left join discount_limit l on l.company_id = g.company_id and l.permission_group_id = g.id
    where g.company_id = ${ctx.companyId} and g.id = ${groupId} for update of g`);
  if (!group) throw platformFail('resource.notFound', { label: '权限组' });
  const limit = limitOf(input);
  const own = await readDiscountLimits(ctx);
  if (!own.some((mine) => isWithin(limit, mine))) throw cashierFail('discountLimit.beyondOwn');
  const share = (units: bigint | null) => (units === null ? null : formatYuan(fen(units)));
  await ctx.tx.run(sql`insert into discount_limit (company_id, permission_group_id, discount_fen, discount_share, late_fee_fen, late_fee_share)
    values (${ctx.companyId}, ${groupId}, ${limit.discountFen}, ${share(limit.discountShare)}::numeric / 100, ${limit.lateFeeFen}, ${share(limit.lateFeeShare)}::numeric / 100)
    on conflict (company_id, permission_group_id) do update set discount_fen = excluded.discount_fen, discount_share = excluded.discount_share,
      late_fee_fen = excluded.late_fee_fen, late_fee_share = excluded.late_fee_share`);
  await recordAudit(ctx, {
    action: 'discountLimit.set',
    targetKind: 'permissionGroup',
    targetId: groupId,
    targetLabel: group.name,
    communityId: null,
    before: {
      discount: limitText(group.discount_fen, group.discount_share),
      lateFee: limitText(group.late_fee_fen, group.late_fee_share),
    },
    after: {
      discount: limitText(limit.discountFen, limit.discountShare),
      lateFee: limitText(limit.lateFeeFen, limit.lateFeeShare),
    },
  });
}

function limitOf(input: EndpointRequest<typeof setEndpoint>['body']): DiscountLimit {
  // A per cent with two decimals is so many ten-thousandths, as yuan are so many fen.
  const read = (text: string | null) => (text === null ? null : parseYuan(text));
  return {
    discountFen: read(input.discount),
    discountShare: read(input.discountPercent),
    lateFeeFen: read(input.lateFee),
    lateFeeShare: read(input.lateFeePercent),
  };
}

function isWithin(limit: DiscountLimit, mine: DiscountLimit): boolean {
  const isLess = (one: bigint | null, most: bigint | null) => most === null || (one !== null && one <= most);
  return (
    isLess(limit.discountFen, mine.discountFen) &&
    isLess(limit.discountShare, mine.discountShare) &&
    isLess(limit.lateFeeFen, mine.lateFeeFen) &&
    isLess(limit.lateFeeShare, mine.lateFeeShare)
  );
}
