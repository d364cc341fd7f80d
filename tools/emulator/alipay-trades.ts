import { randomInt } from 'node:crypto';
import { type Fen, fen } from '@anlin/money';

/** A refund of a trade, by the merchant's number. */
export interface AlipayRefund {
  refundNo: string;
  amountFen: Fen;
  at: Temporal.Instant;
}

export interface AlipayTrade {
  orderNo: string;
  amountFen: Fen;
  subject: string;
  notifyUrl: string;
  returnUrl: string;
  expiresAt: Temporal.Instant;
  createdAt: Temporal.Instant;
  /** Empty until the payer opens it: only then does the trade exist at Alipay. */
  tradeNo: string;
  status: 'WAIT_BUYER_PAY' | 'TRADE_CLOSED' | 'TRADE_SUCCESS';
  paidAt: Temporal.Instant | null;
  refunds: AlipayRefund[];
}

/** What Alipay keeps of a merchant's trades. */
export interface AlipayTrades {
  all: ReadonlyMap<string, AlipayTrade>;
  /** Keeps an order that a payer may open; the same again changes nothing. */
  offer(order: Omit<AlipayTrade, 'tradeNo' | 'status' | 'paidAt' | 'refunds' | 'createdAt'>): AlipayTrade;
  /** The payer opens it, and Alipay gives it a number. */
  open(orderNo: string): AlipayTrade | undefined;
  /** A trade that exists at Alipay; what is over its time is closed by then. */
  find(orderNo: string): AlipayTrade | undefined;
  /** False when it can no longer be paid. */
  pay(orderNo: string): boolean;
  close(orderNo: string): boolean;
  /** `same`: this number was given back before, with the same sum. */
  refund(orderNo: string, refundNo: string, amountFen: Fen): 'done' | 'same' | 'tooMuch' | 'discordant' | 'unpaid';
}

/** What the channel keeps of a payment: 0.6 %, to the fen. */
export const feeOf = (amountFen: Fen): Fen => fen((amountFen * 6n + 500n) / 1000n);

export const refundedOf = ({ refunds }: AlipayTrade): Fen => fen(refunds.reduce((sum, one) => sum + one.amountFen, 0n));

export function makeAlipayTrades(now: () => Temporal.Instant): AlipayTrades {
  const trades = new Map<string, AlipayTrade>();
  let count = 0;
  const isOver = (trade: AlipayTrade) => Temporal.Instant.compare(now(), trade.expiresAt) >= 0;
  const found = (orderNo: string) => {
    const trade = trades.get(orderNo);
    if (trade?.status === 'WAIT_BUYER_PAY' && isOver(trade)) trade.status = 'TRADE_CLOSED';
    return trade;
  };
  return {
    all: trades,
    offer(order) {
      const kept = trades.get(order.orderNo);
      if (kept) return kept;
      const trade: AlipayTrade = {
        ...order,
        createdAt: now(),
        tradeNo: '',
        status: 'WAIT_BUYER_PAY',
        paidAt: null,
        refunds: [],
      };
      trades.set(order.orderNo, trade);
      return trade;
    },
    open(orderNo) {
      const trade = found(orderNo);
      if (!trade || (trade.tradeNo === '' && trade.status !== 'WAIT_BUYER_PAY')) return undefined;
      if (trade.tradeNo === '') {
        count += 1;
        const day = now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toString().replaceAll('-', '');
        trade.tradeNo = `${day}22001${String(randomInt(1e9)).padStart(9, '0')}${String(count).padStart(6, '0')}`;
      }
      return trade;
    },
    find(orderNo) {
      const trade = found(orderNo);
      return trade?.tradeNo === '' ? undefined : trade;
    },
    pay(orderNo) {
      const trade = found(orderNo);
      if (trade?.status !== 'WAIT_BUYER_PAY' || trade.tradeNo === '') return false;
      trade.status = 'TRADE_SUCCESS';
      trade.paidAt = now();
      return true;
    },
    close(orderNo) {
      const trade = found(orderNo);
      if (trade?.status !== 'WAIT_BUYER_PAY') return false;
      trade.status = 'TRADE_CLOSED';
      return true;
    },
    refund(orderNo, refundNo, amountFen) {
      const trade = found(orderNo);
      if (!trade?.paidAt) return 'unpaid';
      const earlier = trade.refunds.find((one) => one.refundNo === refundNo);
      if (earlier) return earlier.amountFen === amountFen ? 'same' : 'discordant';
      if (amountFen <= 0n || refundedOf(trade) + amountFen > trade.amountFen) return 'tooMuch';
      trade.refunds.push({ refundNo, amountFen, at: now() });
      if (refundedOf(trade) === trade.amountFen) trade.status = 'TRADE_CLOSED';
      return 'done';
    },
  };
}
