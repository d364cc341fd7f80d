import type { TargetKind } from '@anlin/contract';
import { holdingFail, platformFail } from '@anlin/contract';
import type { Fen } from '@anlin/money';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** Where a prepaid account or deposit belongs, and what day it is there. */
export interface HoldingPlace {
  id: string;
  /** As people call it: 1栋1单元101 装修押金. */
  label: string;
  communityId: string;
  targetKind: TargetKind | null;
  targetId: string | null;
  chargeItemId: string | null;
  /** Balance, or what is held. */
  leftFen: Fen;
  today: string;
}

interface PlaceRow {
  id: string;
  label: string;
  community_id: string;
  target_kind: TargetKind | null;
  target_id: string | null;
  charge_item_id: string | null;
  left_fen: Fen;
  time_zone: string;
}

/** A prepaid account, not locked; 404 when out of sight. */
export async function readAccountPlace(ctx: Context, id: string): Promise<HoldingPlace> {
  const row = await ctx.tx.first<PlaceRow>(sql`
    select p.id, l.target_label || ' ' || l.account_name || '预存' as label, p.community_id, p.target_kind, p.target_id, p.charge_item_id,
      p.balance_fen as left_fen, c.time_zone
    from prepaid_account p join prepaid_account_list l on l.company_id = p.company_id and l.id = p.id
    join community c on c.company_id = p.company_id and c.id = p.community_id
    where p.company_id = ${ctx.companyId} and p.id = ${id}`);
  return placeOf(ctx, row, '预存账户');
}

/** A deposit, not locked; 404 when out of sight. */
export async function readDepositPlace(ctx: Context, id: string): Promise<HoldingPlace> {
  const row = await ctx.tx.first<PlaceRow>(sql`
    select d.id, concat_ws(' ', nullif(l.target_label, ''), nullif(d.holder_name, ''), i.name) as label, d.community_id, d.target_kind, d.target_id,
      d.charge_item_id, d.held_fen as left_fen, c.time_zone
    from deposit d join deposit_list l on l.company_id = d.company_id and l.id = d.id
    join charge_item i on i.company_id = d.company_id and i.id = d.charge_item_id
    join community c on c.company_id = d.company_id and c.id = d.community_id
    where d.company_id = ${ctx.companyId} and d.id = ${id}`);
  return placeOf(ctx, row, '押金');
}

function placeOf(ctx: Context, row: PlaceRow | undefined, label: string): HoldingPlace {
  if (!row) throw platformFail('resource.notFound', { label });
  return {
    id: row.id,
    label: row.label,
    communityId: row.community_id,
    targetKind: row.target_kind,
    targetId: row.target_id,
    chargeItemId: row.charge_item_id,
    leftFen: row.left_fen,
    today: businessDay(ctx.clock, row.time_zone).toString(),
  };
}

/** Refuses an item that no prepaid account can be for; null is the general account. */
export async function checkPrepaidItem(ctx: Context, chargeItemId: string | null): Promise<void> {
  if (chargeItemId === null) return;
  const item = await ctx.tx.first<{ name: string; kind: string }>(
    sql`select name, kind from charge_item where company_id = ${ctx.companyId} and id = ${chargeItemId}`,
  );
  if (!item) throw platformFail('reference.notFound', { label: '收费项目' });
  if (item.kind === 'deposit') throw holdingFail('prepaid.depositItem', { item: item.name });
}
