import { deflateSync } from 'node:zlib';
import { formatYuan } from '@anlin/money';
import { compactTime } from './emulator-clock.ts';
import { gbk, packZip } from './pack-zip.ts';
import { feeOf, type UnionPayOrder } from './unionpay-orders.ts';

/** UnionPay's day ends at 23:00. */
export const settleDayOf = (at: Temporal.Instant): Temporal.PlainDate =>
  at.toZonedDateTimeISO('Asia/Shanghai').add({ hours: 1 }).toPlainDate();

const text = (value: string, width: number) => gbk(value).toString('latin1').padEnd(width).slice(0, width);
const digits = (value: bigint, width: number) => value.toString().padStart(width, '0');
const signed = (value: bigint) => `${value < 0n ? 'D' : 'C'}${digits(value < 0n ? -value : value, 12)}`;

/** A row of the ZM file: 42 columns of fixed width, in bytes of GBK, a blank between each two. */
function rowOf(order: UnionPayOrder, original: UnionPayOrder | undefined, merchantId: string): string {
  const isRefund = order.txnType === '04';
  const fee = isRefund ? feeOf(order.amountFen) : -feeOf(order.amountFen);
  const moved = isRefund ? -order.amountFen : order.amountFen;
  const columns: [string, number][] = [
    [isRefund ? 'S30' : 'S22', 3],
    ['00049992', 11],
    ['00049992', 11],
    [order.queryId.slice(14, 20), 6],
    [order.txnTime.slice(4), 10],
    ['621700******0001', 19],
    [digits(order.amountFen, 12), 12],
    ['6513', 4],
    ['08', 2],
    [order.queryId, 21],
    ['', 2],
    [order.orderId, 32],
    ['01', 2],
    [original?.queryId.slice(14, 20) ?? '', 6],
    [original?.txnTime.slice(4) ?? '', 10],
    [signed(fee), 13],
    [signed(moved + fee), 13],
    ['0001', 4],
    ['', 15],
    [order.txnType, 2],
    [order.txnSubType, 2],
    [order.bizType, 6],
    ['01', 2],
    ['', 4],
    ['', 32],
    ['', 1],
    [original?.queryId ?? '', 21],
    [merchantId, 15],
    ['', 1],
    ['', 15],
    ['安邻演示物业', 32],
    ['', 13],
    [signed(moved + fee), 13],
    ['00000001', 8],
    [order.reserved, 32],
    [signed(0n), 13],
    [signed(0n), 13],
    ['', 12],
    ['', 2],
    ['', 1],
    [original?.orderId ?? '', 32],
    [signed(moved), 98],
  ];
  return columns.map(([value, width]) => text(value, width)).join(' ');
}

/** `fileContent` of a settlement day as UnionPay packs it; undefined for a day without any. */
export function unionPayBillFile(
  orders: readonly UnionPayOrder[],
  merchantId: string,
  day: Temporal.PlainDate,
  change: ((zm: Buffer) => Buffer) | null,
): { name: string; content: string } | undefined {
  const own = orders.filter((one) => one.outcome === '00' && one.doneAt && settleDayOf(one.doneAt).equals(day));
  if (own.length === 0) return undefined;
  const rows = own.map((one) => {
    const original = orders.find((other) => other.queryId !== '' && other.queryId === one.originalQueryId);
    return `${rowOf(one, original, merchantId)}\r\n`;
  });
  const zm = Buffer.from(rows.join(''), 'latin1');
  const date = day.toString().replaceAll('-', '');
  const sum = own.reduce((total, one) => total + one.amountFen, 0n);
  const zip = packZip([
    { name: `INN${date.slice(2)}88ZM_${merchantId}`, bytes: change ? change(zm) : zm },
    {
      name: `RD2016_${date}_${merchantId}`,
      bytes: gbk(`合计 ${own.length} 笔 ${formatYuan(sum as UnionPayOrder['amountFen'])} 元\r\n`),
    },
  ]);
  return { name: `${merchantId}_${date}.zip`, content: deflateSync(zip).toString('base64') };
}

/** `MMDDhhmmss`. */
export const traceTimeOf = (at: Temporal.Instant): string => compactTime(at).slice(4);
