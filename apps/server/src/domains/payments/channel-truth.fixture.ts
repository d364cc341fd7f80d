import type { Emulator } from '../../../../../tools/emulator/start-emulator.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

const sumOf = (sums: readonly bigint[]) => sums.reduce((sum, one) => sum + one, 0n);

/** What came and what went back of an order, as the emulated channels have it. */
export function truthOf(emulator: Emulator, orderNo: string): { cameFen: bigint; backFen: bigint } {
  const order = emulator.wechatPay.orders.get(orderNo);
  if (order) {
    const back = [...emulator.wechatPay.refunds.values()].filter(
      (refund) => refund.orderNo === orderNo && refund.status === 'SUCCESS',
    );
    return {
      cameFen: order.paidAt && order.state !== 'REVOKED' ? order.amountFen : 0n,
      backFen: sumOf(back.map((one) => one.amountFen)),
    };
  }
  const trade = emulator.alipay.trades.get(orderNo);
  if (!trade) return { cameFen: 0n, backFen: 0n };
  return {
    cameFen: trade.paidAt ? trade.amountFen : 0n,
    backFen: sumOf(trade.refunds.map((one) => one.amountFen)),
  };
}

interface Kept {
  order_no: string;
  state: string;
  receipt_fen: bigint | null;
  refunded_fen: bigint;
  done_fen: bigint;
}

/**
 * Where a company's books say something else than the channels: an order that is still open, money that came and was not booked
 * or not just once, money that went back. Empty when they agree.
 */
export async function differencesOf(ctx: Context, emulator: Emulator): Promise<string[]> {
  const kept = await ctx.tx.rows<Kept>(sql`
    select o.order_no, o.state, r.total_fen as receipt_fen, o.refunded_fen,
      (select coalesce(sum(x.amount_fen), 0)::bigint from channel_refund x where x.company_id = o.company_id and x.order_id = o.id and x.state = 'done') as done_fen
    from payment_order o left join receipt r on r.company_id = o.company_id and r.id = o.receipt_id where o.company_id = ${ctx.companyId} order by o.id`);
  const differences = kept.flatMap((one) => {
    const { cameFen, backFen } = truthOf(emulator, one.order_no);
    const bookedFen = one.receipt_fen ?? 0n;
    return [
      ...(one.state === 'paid' || one.state === 'closed' ? [] : [`${one.order_no} is ${one.state}`]),
      ...(bookedFen === cameFen ? [] : [`${one.order_no}: ${cameFen} came, ${bookedFen} is booked`]),
      ...(one.done_fen === backFen ? [] : [`${one.order_no}: ${backFen} went back, ${one.done_fen} is known`]),
      ...(one.refunded_fen === backFen
        ? []
        : [`${one.order_no}: ${backFen} went back, ${one.refunded_fen} is counted`]),
    ];
  });
  const books = await ctx.tx.first<{ fen: bigint; receipts: number; orders: number }>(sql`
    select (select coalesce(sum(total_fen), 0)::bigint from receipt where company_id = ${ctx.companyId} and kind = 'online') as fen,
      (select count(*)::int from receipt where company_id = ${ctx.companyId} and kind = 'online') as receipts,
      (select count(*)::int from payment_order where company_id = ${ctx.companyId} and state = 'paid') as orders`);
  const cameFen = sumOf(kept.map((one) => truthOf(emulator, one.order_no).cameFen));
  return [
    ...differences,
    ...(books!.fen === cameFen ? [] : [`${cameFen} came, receipts are of ${books!.fen}`]),
    ...(books!.receipts === books!.orders ? [] : [`${books!.receipts} receipts of ${books!.orders} paid orders`]),
  ];
}

/** Somebody who looks after payments while time passes. */
export interface Follower {
  run<T>(work: (ctx: Context) => Promise<T>): Promise<T>;
  follow(): Promise<void>;
  pass(duration: Temporal.DurationLike): void;
}

/** Whatever is open is asked after until it is settled, at most for seven hours of the clock. */
export async function followToTheEnd({ run, follow, pass }: Follower): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    pass({ minutes: 11 });
    for (let turn = 0; turn < 12; turn += 1) {
      await follow();
      const due = await run((ctx) =>
        ctx.tx.first(sql`select id from payment_order where company_id = ${ctx.companyId} and next_query_at <= ${ctx.clock.now().toString()}
          union all select id from channel_refund where company_id = ${ctx.companyId} and next_query_at <= ${ctx.clock.now().toString()} limit 1`),
      );
      if (!due) break;
    }
    const open = await run((ctx) =>
      ctx.tx.first(sql`select id from payment_order where company_id = ${ctx.companyId} and (state in ('created', 'paying', 'unknown') or next_query_at is not null)
        union all select id from channel_refund where company_id = ${ctx.companyId} and state in ('asking', 'waiting')
        union all select id from refund where company_id = ${ctx.companyId} and state = 'pending' limit 1`),
    );
    if (!open) return;
  }
}
