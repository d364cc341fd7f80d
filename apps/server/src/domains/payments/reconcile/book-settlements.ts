import type { Context } from '../../../platform/context.ts';
import { nowText } from '../../../platform/context.ts';
import { empty, sql } from '../../../platform/database/sql.ts';
import { firstOpenDay } from '../first-open-day.ts';

interface Missing {
  reconciliationId: string;
  communityId: string;
  paymentMethodId: string;
  day: string;
  feeFen: bigint;
  payoutFen: bigint;
}

/**
 * Books what the channels kept and paid out, as far as reconciled days say more or less than is booked (`channel_settlement_due`): on the
 * day of the channel's bill, or on the first open day of the community when that is closed. Run in the transaction that changed the lines or the
 * setting; a second run books nothing. Who runs at the same time waits, so that a difference is booked once. `reconciliationIds` null: all days.
 */
export async function bookSettlements(ctx: Context, reconciliationIds: readonly string[] | null): Promise<void> {
  await ctx.tx.rows(sql`select pg_advisory_xact_lock(hashtextextended(${`channel settlements ${ctx.companyId}`}, 0))`);
  const ofDays = reconciliationIds ? sql`and reconciliation_id = any (${[...reconciliationIds]}::uuid[])` : empty;
  const missing = await ctx.tx.ad<Missing>(sql`
    select x.reconciliation_id as "reconciliationId", x.community_id as "communityId", x.payment_method_id as "paymentMethodId", r.day,
      x.fee_fen as "feeFen", x.payout_fen as "payoutFen"
    from (select reconciliation_id, community_id, payment_method_id, sum(fee_fen)::bigint as fee_fen, sum(payout_fen)::bigint as payout_fen from (
        select reconciliation_id, community_id, payment_method_id, fee_fen, payout_fen from channel_settlement_due where company_id = ${ctx.companyId} ${ofDays}
        union all select reconciliation_id, community_id, payment_method_id, -fee_fen, -payout_fen from channel_settlement where company_id = ${ctx.companyId} ${ofDays}) q
      group by 1, 2, 3 having sum(fee_fen) <> 0 or sum(payout_fen) <> 0) x
    join reconciliation r on r.company_id = ${ctx.companyId} and r.id = x.reconciliation_id
    order by r.day, x.reconciliation_id, x.community_id`);
  if (missing.length === 0) return;
  const closed = await lockBooks(ctx, [...new Set(missing.map((one) => one.communityId))]);
  const rows = missing.map((one) => ({
    id: ctx.newId(),
    community_id: one.communityId,
    reconciliation_id: one.reconciliationId,
    payment_method_id: one.paymentMethodId,
    booked_on: firstOpenDay(one.day, closed.get(one.communityId) ?? null),
    fee_fen: one.feeFen.toString(),
    payout_fen: one.payoutFen.toString(),
  }));
  await ctx.tx.run(sql`
    insert into channel_settlement (company_id, id, community_id, reconciliation_id, payment_method_id, booked_on, fee_fen, payout_fen, made_at)
    select ${ctx.companyId}, r.id, r.community_id, r.reconciliation_id, r.payment_method_id, r.booked_on, r.fee_fen, r.payout_fen, ${nowText(ctx)}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r (id uuid, community_id uuid, reconciliation_id uuid, payment_method_id uuid, booked_on date,
      fee_fen bigint, payout_fen bigint)`);
}

/** Nobody closes them until the transaction ends; the last closed day of each. */
async function lockBooks(ctx: Context, communityIds: string[]): Promise<Map<string, string | null>> {
  const rows = await ctx.tx.rows<{ id: string; until: string | null }>(sql`
    select community_id as id, closed_until as "until" from community_book
    where company_id = ${ctx.companyId} and community_id = any (${communityIds.toSorted()}::uuid[]) order by community_id for key share`);
  return new Map(rows.map(({ id, until }) => [id, until]));
}
