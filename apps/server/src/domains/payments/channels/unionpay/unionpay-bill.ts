import { type Fen, fen, negateFen, subtractFen } from '@anlin/money';
import { noonOf, readYearlessTime } from '../channel-time.ts';
import { type BillLine, type ChannelAccount, ChannelRefusal } from '../payment-channel.ts';
import { readFen } from '../read-amount.ts';

const damaged = (what: string) => new ChannelRefusal(`银联对账文件不完整或被改动过（${what}），请稍后重新下载`);

/** Widths of the columns of a ZM file in bytes of GBK (平台接入接口规范第 3 部分 文件接口, 6.1), one blank between each two. */
const widths = [
  3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13,
  8, 32, 13, 13, 12, 2, 1, 32,
];
/** Columns used here, counted from 1 as the document does. */
const column = {
  sentAt: 5,
  amount: 7,
  queryId: 10,
  orderId: 12,
  fee: 16,
  settled: 17,
  txnType: 20,
  originalQueryId: 27,
  merchantId: 28,
  originalOrderId: 41,
} as const;
const startOf = (at: number) => widths.slice(0, at - 1).reduce((sum, width) => sum + width + 1, 0);
const leastBytes = startOf(widths.length) + widths[widths.length - 1]!;

/** 01 消费; 04 退货 and 31 消费撤销 give back. */
const kinds: Readonly<Record<string, BillLine['kind']>> = { '01': 'payment', '04': 'refund', '31': 'refund' };

/**
 * Reads the ZM file of a settlement day. It has no totals: every row must be whole, of this merchant, and settle what it took less
 * the fee. Throws ChannelRefusal when one does not.
 */
export function readUnionPayBill(
  files: ReadonlyMap<string, Buffer>,
  { merchantId }: ChannelAccount,
  day: Temporal.PlainDate,
): BillLine[] {
  const name = [...files.keys()].find((one) => /(^|\/)INN\d{8}ZM_/.test(one));
  const bytes = name === undefined ? undefined : files.get(name);
  if (!name || !bytes) throw damaged('缺少 ZM 文件');
  const date = day.toString().replaceAll('-', '').slice(2);
  if (!new RegExp(`INN${date}\\d\\dZM_${merchantId}$`).test(name)) throw damaged('文件名');
  const rows = rowsOf(bytes);
  return rows.map((row) => readRow(row, merchantId, day));
}

function rowsOf(bytes: Buffer): Buffer[] {
  if (bytes.length === 0) return [];
  if (bytes.at(-1) !== 0x0a) throw damaged('结尾');
  const rows: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    rows.push(bytes.subarray(start, bytes[end - 1] === 0x0d ? end - 1 : end));
    start = end + 1;
  }
  const length = rows[0]!.length;
  if (length < leastBytes || rows.some((row) => row.length !== length)) throw damaged('行长');
  return rows;
}

function readRow(row: Buffer, merchantId: string, day: Temporal.PlainDate): BillLine {
  const cell = (at: number) => {
    const start = startOf(at);
    const end = start + widths[at - 1]!;
    if (row[end] !== undefined && row[end] !== 0x20) throw damaged('列宽');
    return row.toString('latin1', start, end).trim();
  };
  const kind = kinds[cell(column.txnType)];
  if (!kind) throw damaged(`交易类型 ${cell(column.txnType)}`);
  if (cell(column.merchantId) !== merchantId) throw damaged('商户代码');
  const amountFen = readFen(cell(column.amount));
  const feeFen = negateFen(signedFen(cell(column.fee)));
  const movedFen = kind === 'payment' ? amountFen : negateFen(amountFen);
  if (signedFen(cell(column.settled)) !== subtractFen(movedFen, feeFen)) throw damaged('结算金额');
  const own = {
    at: readYearlessTime(cell(column.sentAt), noonOf(day), noonOf(day.add({ days: 2 }))),
    amountFen,
    feeFen,
  };
  if (kind === 'payment') return { ...own, kind, orderNo: cell(column.orderId), transactionId: cell(column.queryId) };
  return {
    ...own,
    kind,
    orderNo: cell(column.originalOrderId),
    transactionId: cell(column.originalQueryId),
    refundNo: cell(column.orderId),
  };
}

/** `C` is to the merchant, `D` from it; twelve digits of fen. */
function signedFen(text: string): Fen {
  const [, sign, digits] = /^([CD])(\d{12})$/.exec(text) ?? [];
  if (digits === undefined) throw damaged(`金额 ${text}`);
  return sign === 'C' ? fen(digits) : negateFen(fen(digits));
}
