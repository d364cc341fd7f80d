import type { TargetKind } from '@anlin/contract';
import { platformFail, type RefundBody } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** A prepaid account or deposit that is given back, under its lock. */
export interface Holder {
  id: string;
  label: string;
  communityId: string;
  communityCode: string;
  numberPattern: string;
  targetKind: TargetKind | null;
  targetId: string | null;
  today: string;
}

export interface RefundHolders {
  accounts: Holder[];
  deposits: Holder[];
}

interface HolderRow {
  id: string;
  label: string;
  community_id: string;
  code: string;
  refund_number_pattern: string;
  target_kind: TargetKind | null;
  target_id: string | null;
  time_zone: string;
}

/** Locks the accounts and deposits of a refund's lines, accounts first and each by id. 422 when one is not in sight. */
export async function lockHolders(ctx: Context, { lines }: RefundBody): Promise<RefundHolders> {
  const accountIds = lines.prepaid.map((one) => one.prepaidAccountId.toLowerCase());
  const depositIds = lines.deposits.map((one) => one.depositId.toLowerCase());
  const accounts =
    accountIds.length === 0
      ? []
      : await ctx.tx.rows<HolderRow>(sql`
        select p.id, coalesce(i.name || '预存款', '预存款') as label, p.community_id, c.code, c.refund_number_pattern, p.target_kind, p.target_id, c.time_zone
        from prepaid_account p join community c on c.company_id = p.company_id and c.id = p.community_id
        left join charge_item i on i.company_id = p.company_id and i.id = p.charge_item_id
        where p.company_id = ${ctx.companyId} and p.id = any (${accountIds}::uuid[]) order by p.id for no key update of p`);
  if (accounts.length < accountIds.length) throw platformFail('reference.notFound', { label: '预存账户' });
  const deposits =
    depositIds.length === 0
      ? []
      : await ctx.tx.rows<HolderRow>(sql`
        select d.id, i.name as label, d.community_id, c.code, c.refund_number_pattern, d.target_kind, d.target_id, c.time_zone
        from deposit d join community c on c.company_id = d.company_id and c.id = d.community_id
        join charge_item i on i.company_id = d.company_id and i.id = d.charge_item_id
        where d.company_id = ${ctx.companyId} and d.id = any (${depositIds}::uuid[]) order by d.id for no key update of d`);
  if (deposits.length < depositIds.length) throw platformFail('reference.notFound', { label: '押金' });
  const holderOf = (row: HolderRow): Holder => ({
    id: row.id,
    label: row.label,
    communityId: row.community_id,
    communityCode: row.code,
    numberPattern: row.refund_number_pattern,
    targetKind: row.target_kind,
    targetId: row.target_id,
    today: businessDay(ctx.clock, row.time_zone).toString(),
  });
  return { accounts: accounts.map(holderOf), deposits: deposits.map(holderOf) };
}
