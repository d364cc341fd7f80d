import type { SyncedBillLine } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { SignedApp } from '../../platform/partners/partner-boundary.ts';
import { type BillAccount, lockBills } from '../charging/index.ts';
import { listChargeItems } from './open-bill.queries.ts';

/** A bill the app synced before, locked. */
export interface StandingBill {
  account: BillAccount;
  note: string;
  /** The day it is booked on, ISO. */
  bookedOn: string;
}

/** What the lines of a batch are judged by. Ids are in lower case. */
export interface Surroundings {
  /** By external number; withdrawn ones are not there. */
  standing: ReadonlyMap<string, StandingBill>;
  /** `house <id>`, `parkingSpace <id>`, `vehicle <id>` of the community. */
  targets: ReadonlySet<string>;
  items: ReadonlyMap<string, { id: string; dueDays: number }>;
  /** External numbers of lines for which the company raised a bill itself: same target and item, overlapping period. */
  raised: ReadonlySet<string>;
  closedUntil: string | null;
}

export async function readSurroundings(
  ctx: Context,
  app: SignedApp,
  lines: readonly SyncedBillLine[],
): Promise<Surroundings> {
  const puts = lines.filter((line) => line.action === 'put');
  const known = await ctx.tx.rows<{
    external_id: string;
    bill_id: string;
  }>(sql`select external_id, bill_id from partner_bill
    where company_id = ${ctx.companyId} and community_id = ${app.communityId} and partner_app_id = ${app.appId}
      and external_id = any (${lines.map((line) => line.externalId)}::text[]) and withdrawn_at is null`);
  const billIds = known.map((row) => row.bill_id);
  const accounts = new Map((await lockBills(ctx, billIds)).map((account) => [account.id, account]));
  const more = await ctx.tx.rows<{ id: string; note: string; booked_on: string }>(sql`
    select id, note, coalesce(booked_on, period_from) as booked_on from bill where company_id = ${ctx.companyId} and id = any (${billIds}::uuid[])`);
  const rest = new Map(more.map((row) => [row.id, row]));
  const standing = known.flatMap(({ external_id, bill_id }): [string, StandingBill][] => {
    const account = accounts.get(bill_id);
    const row = rest.get(bill_id);
    return account && row ? [[external_id, { account, note: row.note, bookedOn: row.booked_on }]] : [];
  });
  const targets = await ctx.tx.rows<{ key: string }>(sql`
    select kind || ' ' || id as key from charge_target where company_id = ${ctx.companyId} and community_id = ${app.communityId}
      and id = any (${puts.map((one) => one.targetId)}::uuid[])`);
  const raised = await ctx.tx.rows<{ external_id: string }>(sql`
    select distinct n.external_id
    from unnest(${puts.map((one) => one.externalId)}::text[], ${puts.map((one) => one.targetId)}::uuid[], ${puts.map((one) => one.chargeItemId)}::uuid[],
        ${puts.map((one) => one.periodFrom)}::date[], ${puts.map((one) => one.lastDay)}::date[]) as n (external_id, target_id, item_id, first_day, last_day)
    join bill b on b.company_id = ${ctx.companyId} and b.target_id = n.target_id and b.charge_item_id = n.item_id and b.voided_at is null
      and b.standard_binding_id is not null and b.period_from <= n.last_day and b.period_to > n.first_day`);
  const book = await ctx.tx.first<{ closed_until: string | null }>(sql`select closed_until from community_book
    where company_id = ${ctx.companyId} and community_id = ${app.communityId} for key share`);
  const { rows: items } = await listChargeItems(ctx, app);
  return {
    standing: new Map(standing),
    targets: new Set(targets.map((row) => row.key)),
    items: new Map(items.map((item) => [item.id, item])),
    raised: new Set(raised.map((row) => row.external_id)),
    closedUntil: book?.closed_until ?? null,
  };
}
