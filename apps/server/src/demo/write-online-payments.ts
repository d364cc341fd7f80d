import { addFen, type Fen, fen, formatYuan, parseYuan, subtractFen } from '@anlin/money';
import { addOnlineMethod, shareReceived, takeRefund } from '../domains/cashier/index.ts';
import {
  adoptRefunds,
  type KeptBillLine,
  openDays,
  readOurLines,
  settlePayment,
  settleRefund,
  takeBill,
} from '../domains/payments/index.ts';
import { fixedClock } from '../platform/clock.ts';
import { type Context, nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';

/** The account of the emulated WeChat Pay; it gets its keys when the emulator has started. */
export const demoMerchant = { channelKind: 'wechat', merchantId: '1900000001' } as const;

interface At {
  communityId: string;
  staff: { id: string; name: string };
  /** Instant, after everything else the demo tells. */
  now: string;
  timeZone: string;
}

interface Due {
  id: string;
  houseId: string;
  payerName: string;
  label: string;
  principalFen: Fen;
  lateFeeFen: Fen;
}

/**
 * What came through WeChat Pay in the last three days: some paid bills, one paid twice, one that nobody paid, one given back in part;
 * each day compared with the channel's bill, which once has a payment nobody knows. Nothing where no bill is owed.
 */
export async function writeOnlinePayments(ctx: Context, at: At): Promise<void> {
  const today = Temporal.Instant.from(at.now).toZonedDateTimeISO(at.timeZone).toPlainDate();
  const timeOf = (daysAgo: number, time: string) =>
    today.subtract({ days: daysAgo }).toZonedDateTime({ timeZone: at.timeZone, plainTime: time }).toInstant();
  const on = (time: Temporal.Instant): Context => ({ ...ctx, clock: fixedClock(time.toString()) });
  const dues = await readDue(on(timeOf(3, '09:00')), at, today.subtract({ days: 3 }).toString());
  if (dues.length < 5) return;
  const channelId = await writeChannel(on(timeOf(3, '08:30')));
  // Receipts are numbered in the order in which they are written: after all of the desk's.
  const booking = on(Temporal.Instant.from(at.now));
  let count = 0;
  const open = (due: Due, time: Temporal.Instant, state: 'paying' | 'closed' = 'paying') => {
    count += 1;
    return writeOrder(on(time), { ...at, channelId, due, state });
  };
  const pay = (orderId: string, due: Due, time: Temporal.Instant) => settle(booking, orderId, due, time, count);
  const payOne = async (due: Due, daysAgo: number, time: string) => {
    const paidAt = timeOf(daysAgo, time);
    const orderId = await open(due, paidAt.subtract({ minutes: 1 }));
    await pay(orderId, due, paidAt);
    return orderId;
  };
  const [first, second, third, fourth, fifth, ...others] = dues as [Due, Due, Due, Due, Due, ...Due[]];
  await payOne(first, 3, '09:12:20');
  const refunded = await payOne(second, 3, '19:40:05');
  // Two of the family pay the same bill.
  const twice = [await open(third, timeOf(2, '12:05')), await open(third, timeOf(2, '12:06'))] as const;
  await pay(twice[0], third, timeOf(2, '12:07:10'));
  count += 1;
  await pay(twice[1], third, timeOf(2, '12:09:30'));
  await open(fourth, timeOf(2, '20:30'), 'closed');
  await giveBack(booking, at.staff, refunded, timeOf(2, '15:20'));
  await payOne(fifth, 1, '08:55:40');
  for (const [index, due] of others.entries()) await payOne(due, 1, `21:${String(10 + index)}:00`);
  for (const daysAgo of [3, 2, 1]) {
    const lookedAt = timeOf(daysAgo - 1, '10:31');
    if (Temporal.Instant.compare(lookedAt, Temporal.Instant.from(at.now)) > 0) continue;
    await reconcile(on(lookedAt), channelId, today.subtract({ days: daysAgo }), daysAgo === 2);
  }
}

async function writeChannel(ctx: Context): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into payment_channel (company_id, id, kind, name, applications, merchant_id, is_on, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${demoMerchant.channelKind}, '微信支付（模拟）', '{fees}', ${demoMerchant.merchantId}, false, ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

/** Bills of several houses that were raised before and are owed, with what they owe on the day. */
async function readDue(ctx: Context, { communityId }: At, day: string): Promise<Due[]> {
  const rows = await ctx.tx.rows<{ id: string; houseId: string; payerName: string; label: string; fen: Fen }>(sql`
    select distinct on (b.period_from, h.id) b.id, h.id as "houseId", h.full_name || ' ' || i.name as label, b.outstanding_fen as fen,
      coalesce((select r.name from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
        where o.company_id = h.company_id and o.house_id = h.id and o.role = 'owner' and o.moved_out_on is null order by o.id limit 1), '') as "payerName"
    from bill b join house h on h.company_id = b.company_id and h.id = b.target_id
    join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    where b.company_id = ${ctx.companyId} and b.community_id = ${communityId} and b.outstanding_fen = b.receivable_fen and b.outstanding_fen > 5000
      and b.raised_at < ${nowText(ctx)}
    order by b.period_from desc, h.id, b.id limit 7`);
  const { bills } = await shareReceived(ctx, {
    communityId,
    amountFen: parseYuan('999999.00'),
    receivedOn: day,
    billIds: rows.map((row) => row.id),
  });
  const owed = new Map(bills.map((bill) => [bill.id, parseYuan(bill.pay)]));
  return rows.flatMap(({ fen: principalFen, ...row }) => {
    const owedFen = owed.get(row.id);
    return owedFen === undefined ? [] : [{ ...row, principalFen, lateFeeFen: subtractFen(owedFen, principalFen) }];
  });
}

interface NewOrder extends At {
  channelId: string;
  due: Due;
  state: 'paying' | 'closed';
}

/** An order as a resident's phone asked for it. */
async function writeOrder(ctx: Context, { communityId, channelId, due, state }: NewOrder): Promise<string> {
  const id = ctx.newId();
  const expiresAt = ctx.clock.now().add({ minutes: 15 }).toString();
  const amountFen = addFen(due.principalFen, due.lateFeeFen);
  await ctx.tx.run(sql`
    insert into payment_order (company_id, id, community_id, channel_id, channel_kind, application, way, order_no, state, target_kind, target_id, amount_fen,
      description, payer_name, same_as, idempotency_key, request_hash, created_at, expires_at, closed_at)
    values (${ctx.companyId}, ${id}, ${communityId}, ${channelId}, ${demoMerchant.channelKind}, 'fees', 'jsapi', ${id.replaceAll('-', '')}, ${state}, 'house',
      ${due.houseId}, ${amountFen.toString()}, ${due.label}, ${due.payerName}, sha256(${id}::text::bytea), ${`demo-online-${id}`}, sha256(${id}::text::bytea),
      ${nowText(ctx)}, ${expiresAt}, ${state === 'closed' ? expiresAt : null})`);
  await ctx.tx.run(sql`insert into payment_order_bill (company_id, id, community_id, order_id, bill_id, principal_fen, late_fee_fen)
    values (${ctx.companyId}, ${ctx.newId()}, ${communityId}, ${id}, ${due.id}, ${due.principalFen.toString()}, ${due.lateFeeFen.toString()})`);
  return id;
}

async function settle(ctx: Context, orderId: string, due: Due, paidAt: Temporal.Instant, count: number): Promise<void> {
  await settlePayment(
    ctx,
    orderId,
    {
      orderNo: orderId.replaceAll('-', ''),
      merchantId: demoMerchant.merchantId,
      amountFen: addFen(due.principalFen, due.lateFeeFen),
      transactionId: `42000020260000000000${String(count).padStart(8, '0')}`,
      paidAt,
      payer: '',
    },
    'callback',
  );
}

/** Ten yuan of what an order paid, back the way it came. */
async function giveBack(ctx: Context, staff: At['staff'], orderId: string, time: Temporal.Instant): Promise<void> {
  const paid = await ctx.tx.first<{ receipt_id: string; bill_id: string; day: string }>(sql`
    select o.receipt_id, l.bill_id, (${time.toString()}::timestamptz at time zone 'Asia/Shanghai')::date as day
    from payment_order o join payment_order_bill l on l.company_id = o.company_id and l.order_id = o.id
    where o.company_id = ${ctx.companyId} and o.id = ${orderId}`);
  await takeRefund(
    { ...ctx, actor: { kind: 'staff', ...staff } },
    {
      receiptId: paid!.receipt_id,
      lines: {
        bills: [{ billId: paid!.bill_id, principal: '10.00', lateFee: '0.00' }],
        prepaid: [],
        deposits: [],
        incomes: [],
      },
      tenders: [
        {
          paymentMethodId: await addOnlineMethod(ctx, demoMerchant.channelKind),
          amount: formatYuan(fen(1_000)),
          reference: '',
        },
      ],
      payeeName: '',
      reason: '面积核减，多收部分原路退回',
      refundedOn: paid!.day,
      afterwards: 'waive',
      idempotencyKey: 'demo-online-refund-1',
    },
  );
  await adoptRefunds(ctx);
  const refund = await ctx.tx.first<{ id: string; refund_no: string }>(
    sql`select id, refund_no from channel_refund where company_id = ${ctx.companyId} and order_id = ${orderId}`,
  );
  const word = { state: 'done', refundId: '50300020260000000000000001', at: time } as const;
  await settleRefund(ctx, refund!.id, refund!.refund_no, word, 'callback');
}

/** WeChat Pay keeps 0.6 %. */
const feeOf = (amountFen: Fen): Fen => fen((amountFen * 6n + 500n) / 1000n);

/** The channel's bill of a day has what our books have; `isOdd`: and a payment that nobody knows. */
async function reconcile(ctx: Context, channelId: string, day: Temporal.PlainDate, isOdd: boolean): Promise<void> {
  await openDays(ctx, { ...demoMerchant, channelId, communityId: null }, day, day);
  const own = await readOurLines(ctx, demoMerchant, day);
  const lines: KeptBillLine[] = own.map((line) => ({
    kind: line.kind,
    at: line.at,
    orderNo: line.orderNo,
    transactionId: line.transactionId,
    ...(line.refundNo === undefined ? {} : { refundNo: line.refundNo }),
    amountFen: line.amountFen,
    feeFen: line.kind === 'payment' ? feeOf(line.amountFen) : fen(-feeOf(line.amountFen)),
  }));
  const strange: KeptBillLine = {
    kind: 'payment',
    at: day.toZonedDateTime({ timeZone: 'Asia/Shanghai', plainTime: '16:20:33' }).toInstant(),
    orderNo: 'OLDSYSTEM20260001',
    transactionId: '4200002026000000000099999999',
    amountFen: fen(12_800),
    feeFen: feeOf(fen(12_800)),
  };
  const opened = await ctx.tx.first<{ id: string; try_count: number }>(sql`select id, try_count from reconciliation
    where company_id = ${ctx.companyId} and channel_id = ${channelId} and day = ${day.toString()}::date`);
  await takeBill(ctx, opened!.id, opened!.try_count, { kind: 'bill', lines: isOdd ? [...lines, strange] : lines });
}
