import { type EndpointReply, type getSettlementSetting, paymentFail, type SettlementSetting } from '@anlin/contract';
import { recordAudit } from '../../../platform/audit/record-audit.ts';
import type { Context } from '../../../platform/context.ts';
import { sql } from '../../../platform/database/sql.ts';
import { beyondScope } from '../../../platform/resident-boundary.ts';
import { bookSettlements } from './book-settlements.ts';

/** Whether fees and payouts of channels are booked, and from which day of their bills. */
export async function readSettlementSetting(ctx: Context): Promise<EndpointReply<typeof getSettlementSetting>> {
  const row = await ctx.tx.first<SettlementSetting>(sql`
    select books_fees as "booksFees", fees_from as "feesFrom", books_payouts as "booksPayouts", payouts_from as "payoutsFrom"
    from channel_settlement_setting where company_id = ${ctx.companyId}`);
  return row ?? { booksFees: true, feesFrom: null, booksPayouts: false, payoutsFrom: null };
}

/**
 * Changes it for the whole company. Reconciled days are booked anew at once: what is missing is added, what is too much taken back, in closed
 * books on the first open day. Where payouts begin to be booked, money at channels gets an account of its own. Errors:
 * channelSettlement.payoutsNeedFees, .payoutsBeforeFees (422).
 */
export async function saveSettlementSetting(ctx: Context, input: SettlementSetting): Promise<void> {
  const { booksFees, booksPayouts } = input;
  const feesFrom = booksFees ? input.feesFrom : null;
  const payoutsFrom = booksPayouts ? input.payoutsFrom : null;
  if (booksPayouts && !booksFees) throw paymentFail('channelSettlement.payoutsNeedFees');
  if (booksPayouts && feesFrom !== null && (payoutsFrom === null || payoutsFrom < feesFrom))
    throw paymentFail('channelSettlement.payoutsBeforeFees', { day: feesFrom }, [
      { path: 'payoutsFrom', message: `不能早于 ${feesFrom}` },
    ]);
  const before = await readSettlementSetting(ctx);
  await ctx.tx.run(sql`
    insert into channel_settlement_setting (company_id, books_fees, fees_from, books_payouts, payouts_from)
    values (${ctx.companyId}, ${booksFees}, ${feesFrom}, ${booksPayouts}, ${payoutsFrom})
    on conflict (company_id) do update set books_fees = excluded.books_fees, fees_from = excluded.fees_from,
      books_payouts = excluded.books_payouts, payouts_from = excluded.payouts_from`);
  if (booksPayouts && !before.booksPayouts) await ctx.tx.run(sql`select map_channel_methods(${ctx.companyId})`);
  // Days of merchants of all communities, whoever changes what is the company's.
  await beyondScope(ctx, (wide) => bookSettlements(wide, null));
  await recordAudit(ctx, {
    action: 'channelSettlement.saveSetting',
    targetKind: 'channelSettlement',
    targetId: null,
    targetLabel: '渠道手续费与结算',
    before,
    after: { booksFees, feesFrom, booksPayouts, payoutsFrom },
  });
}
