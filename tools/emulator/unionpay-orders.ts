import { type Fen, fen } from '@anlin/money';

/** What UnionPay keeps of a transaction: a payment, or a refund of one. */
export interface UnionPayOrder {
  orderId: string;
  txnTime: string;
  txnType: '01' | '04';
  txnSubType: string;
  bizType: string;
  amountFen: Fen;
  backUrl: string;
  frontUrl: string;
  reserved: string;
  expiresAt: Temporal.Instant;
  /** UnionPay's own number. */
  queryId: string;
  /** `00` done, `05` undecided, others failed; empty while nobody has paid. */
  outcome: string;
  doneAt: Temporal.Instant | null;
  /** Of a refund: the payment's number. */
  originalQueryId: string;
}

/** What the channel keeps of a payment: 0.38 %, to the fen. */
export const feeOf = (amountFen: Fen): Fen => fen((amountFen * 38n + 5_000n) / 10_000n);

/** What was given back of a payment, also where the outcome is open. */
export function refundedOf(orders: Iterable<UnionPayOrder>, { queryId }: UnionPayOrder): Fen {
  let sum = 0n;
  for (const one of orders) {
    if (one.txnType === '04' && one.originalQueryId === queryId && ['00', '05'].includes(one.outcome))
      sum += one.amountFen;
  }
  return fen(sum);
}
