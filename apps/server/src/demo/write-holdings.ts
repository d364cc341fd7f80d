import { takePayment } from '../domains/cashier/index.ts';
import { businessDay, fixedClock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

const timeZone = 'Asia/Shanghai';

interface Visit {
  topUp?: string;
  deposit?: string;
}

/** What some people of the first community left with the company: prepaid, one of them by a package, and deposits. */
const visits: readonly Visit[] = [
  { deposit: '2000.00' },
  { topUp: '960.00' },
  { topUp: '500.00', deposit: '3000.00' },
  { topUp: '1200.00' },
  { topUp: '300.00' },
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
  const itemId = ctx.newId();
  await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, sort_order, created_at, updated_at)
    values (${ctx.companyId}, ${itemId}, '装修押金', 'deposit', 200, ${nowText(ctx)}, ${nowText(ctx)})`);
  const found = await ctx.tx.first<{ cash: string }>(sql`
    select id as cash from payment_method where company_id = ${ctx.companyId} and key = 'cash'`);
  for (const [index, { topUp, deposit }] of visits.entries()) {
    const targetId = at.houseIds[index * 7];
    if (targetId === undefined || !found) continue;
    // After everything else the demo's cashiers took, so that numbers stay in the order of time.
    const clock = fixedClock(Temporal.Instant.from(at.now).toString());
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
        deposits: deposit ? [{ chargeItemId: itemId, amount: deposit, holderName: '', note: '' }] : [],
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
