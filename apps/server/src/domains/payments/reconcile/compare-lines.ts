import { addFen, type Fen, negateFen, subtractFen, sumFen } from '@anlin/money';
import type { BillLine, ChannelKind } from '../channels/payment-channel.ts';

/** A payment or refund as our books have it. */
export interface OurLine {
  /** The order or the refund, for whoever opens the row. */
  id: string;
  kind: 'payment' | 'refund';
  at: Temporal.Instant;
  orderNo: string;
  refundNo?: string;
  /** Empty where the channel never told us one. */
  transactionId: string;
  amountFen: Fen;
}

export interface Pair<Ours extends OurLine = OurLine> {
  ours: Ours;
  theirs: BillLine;
}

/**
 * Our lines of a day and the channel's, sorted out (PAY-7). Every line stands in exactly one of the first five; `fees` says beside
 * that what the channel kept or gave back.
 */
export interface Comparison<Ours extends OurLine = OurLine> {
  /** 到账: payments both have, to the fen. */
  matched: Pair<Ours>[];
  /** 已退款: refunds both have, to the fen. */
  refunded: Pair<Ours>[];
  /** 金额不符: both have it, with different sums. */
  amountDiffers: (Pair<Ours> & { differenceFen: Fen })[];
  /** 未到账: booked here, unknown to the channel. */
  oursOnly: Ours[];
  /** 渠道多出: the channel has it, it was never booked. */
  theirsOnly: BillLine[];
  fees: { line: BillLine; feeFen: Fen }[];
  totals: ComparisonTotals;
}

export interface ComparisonTotals {
  /** Payments the channel has. */
  arrivedFen: Fen;
  /** Refunds the channel has. */
  refundedFen: Fen;
  feeFen: Fen;
  /** What the channel owes for these lines: arrived less refunded less fees. */
  netFen: Fen;
  /** By how much the channel has more than our books, refunds taken off. */
  differenceFen: Fen;
  exceptionCount: number;
}

/** The same payment or refund on both sides. */
const keyOf = (line: OurLine | BillLine) =>
  line.kind === 'payment' ? `payment ${line.orderNo}` : `refund ${line.orderNo} ${line.refundNo ?? ''}`;

/** Two transactions of one order are two payments, even when our order has only one. */
const canBeSame = (ours: OurLine, theirs: BillLine) =>
  ours.transactionId === '' || theirs.transactionId === '' || ours.transactionId === theirs.transactionId;

const signedFen = (line: OurLine | BillLine): Fen =>
  line.kind === 'payment' ? line.amountFen : negateFen(line.amountFen);

/**
 * Sorts out our lines against the channel's bill of the same days. Lines of one number are paired where the sums agree first, so
 * that one difference does not make two. The order of the lines does not matter. Pure.
 */
export function compareLines<Ours extends OurLine>(
  ours: readonly Ours[],
  theirs: readonly BillLine[],
): Comparison<Ours> {
  const open = Map.groupBy(theirs, keyOf);
  const [matched, refunded]: [Pair<Ours>[], Pair<Ours>[]] = [[], []];
  const unequal: Ours[] = [];
  for (const line of ours) {
    const twin = take(open, line, (one) => one.amountFen === line.amountFen);
    if (!twin) unequal.push(line);
    else (line.kind === 'payment' ? matched : refunded).push({ ours: line, theirs: twin });
  }
  const amountDiffers: Comparison<Ours>['amountDiffers'] = [];
  const oursOnly: Ours[] = [];
  for (const line of unequal) {
    const twin = take(open, line, () => true);
    if (!twin) oursOnly.push(line);
    else amountDiffers.push({ ours: line, theirs: twin, differenceFen: subtractFen(signedFen(twin), signedFen(line)) });
  }
  const theirsOnly = [...open.values()].flat();
  const fees = theirs.filter((line) => line.feeFen !== 0n).map((line) => ({ line, feeFen: line.feeFen }));
  const exceptionCount = amountDiffers.length + oursOnly.length + theirsOnly.length;
  const totals = totalsOf(ours, theirs, exceptionCount);
  return { matched, refunded, amountDiffers, oursOnly, theirsOnly, fees, totals };
}

/** Takes a line of theirs out of what is open. */
function take(open: Map<string, BillLine[]>, line: OurLine, fits: (theirs: BillLine) => boolean): BillLine | undefined {
  const candidates = open.get(keyOf(line)) ?? [];
  const at = candidates.findIndex((one) => canBeSame(line, one) && fits(one));
  return at < 0 ? undefined : candidates.splice(at, 1)[0];
}

function totalsOf(ours: readonly OurLine[], theirs: readonly BillLine[], exceptionCount: number): ComparisonTotals {
  const of = (kind: BillLine['kind']) =>
    sumFen(theirs.filter((line) => line.kind === kind).map((line) => line.amountFen));
  const [arrivedFen, refundedFen] = [of('payment'), of('refund')];
  const feeFen = sumFen(theirs.map((line) => line.feeFen));
  const theirsFen = subtractFen(arrivedFen, refundedFen);
  return {
    arrivedFen,
    refundedFen,
    feeFen,
    netFen: subtractFen(theirsFen, feeFen),
    differenceFen: addFen(theirsFen, negateFen(sumFen(ours.map(signedFen)))),
    exceptionCount,
  };
}

/** UnionPay's day runs from 23:00 to 23:00. */
const hoursAhead: Readonly<Record<ChannelKind, number>> = { wechat: 0, alipay: 0, unionpay: 1 };

/** The day in whose bill a channel puts what happened at a time. */
export function billDayOf(kind: ChannelKind, at: Temporal.Instant): Temporal.PlainDate {
  return at.toZonedDateTimeISO('Asia/Shanghai').add({ hours: hoursAhead[kind] }).toPlainDate();
}

/** The time a channel's bill of a day covers, half-open. */
export function billDayRange(
  kind: ChannelKind,
  day: Temporal.PlainDate,
): { from: Temporal.Instant; to: Temporal.Instant } {
  const startOf = (one: Temporal.PlainDate) =>
    one.toZonedDateTime({ timeZone: 'Asia/Shanghai' }).subtract({ hours: hoursAhead[kind] }).toInstant();
  return { from: startOf(day), to: startOf(day.add({ days: 1 })) };
}
