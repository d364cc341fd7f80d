import { takePayment } from '../domains/cashier/index.ts';
import { businessDay, fixedClock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

const timeZone = 'Asia/Shanghai';

interface Visit {
  /** Days before the newest day of the demo. */
  daysAgo: number;
  topUp?: string;
  deposit?: string;
}

/** What some people of the first community left with the company: prepaid, one of them by a package, and deposits. */
const visits: readonly Visit[] = [
  { daysAgo: 20, deposit: '2000.00' },
  { daysAgo: 12, topUp: '960.00' },
  { daysAgo: 9, topUp: '500.00', deposit: '3000.00' },
  { daysAgo: 5, topUp: '1200.00' },
  { daysAgo: 3, topUp: '300.00' },
];

/** Sells one package and takes prepaid and deposits at the desk, the way a cashier does, so that the lists are not empty. */
export async function writeHoldings(
  ctx: Context,
  at: { communityId: string; houseIds: readonly string[]; staffId: string; now: string },
): Promise<void> {
  const { communityId, staffId } = at;
  const packageId = ctx.newId();
  await ctx.tx.run(sql`insert into prepaid_package (company_id, id, name, price_fen, credit_fen, note, created_at, updated_at)
    values (${ctx.companyId}, ${packageId}, '充 960 得 1000', 96000, 100000, '存入通用预存，可抵任何账单', ${nowText(ctx)}, ${nowText(ctx)})`);
  const found = await ctx.tx.first<{ cash: string; item: string }>(sql`
    select (select id from payment_method where company_id = ${ctx.companyId} and key = 'cash') as cash,
      (select id from charge_item where company_id = ${ctx.companyId} and kind = 'deposit' order by sort_order, name limit 1) as item`);
  for (const [index, { daysAgo, topUp, deposit }] of visits.entries()) {
    const targetId = at.houseIds[index * 7];
    if (targetId === undefined || !found) continue;
    const now = Temporal.Instant.from(at.now).subtract({ hours: 24 * daysAgo });
    const clock = fixedClock(now.toString());
    const total = (Number(topUp ?? 0) + Number(deposit ?? 0)).toFixed(2);
    const target = { targetKind: 'house' as const, targetId };
    const isPackage = topUp === '960.00';
    await takePayment(
      { ...ctx, clock, actor: { kind: 'staff', id: staffId, name: '' } },
      {
        communityId,
        ...target,
        bills: [],
        topUps: topUp ? [{ ...target, chargeItemId: null, amount: topUp, ...(isPackage ? { packageId } : {}) }] : [],
        deposits: deposit ? [{ chargeItemId: found.item, amount: deposit, holderName: '', note: '' }] : [],
        expectedTotal: total,
        tenders: [{ paymentMethodId: found.cash, amount: total, reference: '' }],
        payerName: '',
        receivedOn: businessDay(clock, timeZone).toString(),
        note: '',
        idempotencyKey: `demo-holding-${index}`,
      },
    );
  }
}
