import { addFen, type Fen, negateFen, sumFen } from '@anlin/money';
import { readSpacedTime } from '../channel-time.ts';
import { type BillLine, type ChannelAccount, ChannelRefusal } from '../payment-channel.ts';
import { readYuan } from '../read-amount.ts';

const damaged = (what: string) => new ChannelRefusal(`支付宝账单不完整或被改动过（${what}），请稍后重新下载`);

/** A row by its Chinese heading; Alipay puts a tab behind numbers so that spreadsheets leave them alone. */
type Row = Readonly<Record<string, string>>;

interface Table {
  rows: Row[];
  /** Lines that begin with `#`, behind and before the rows. */
  notes: string[];
}

/**
 * Reads the bill of a day (bill_type trade): a ZIP with the detail and the totals, both CSV in GBK. Rows must add up to what the
 * detail says of itself and to the totals. Throws ChannelRefusal when they do not, or it is another merchant's or day's.
 */
export function readAlipayBill(
  files: ReadonlyMap<string, Buffer>,
  account: ChannelAccount,
  day: Temporal.PlainDate,
): BillLine[] {
  const detail = readTable(files, '业务明细');
  const totals = readTable(files, '业务汇总');
  for (const { notes } of [detail, totals]) checkHead(notes, account, day);
  const rows = detail.rows.map(readRow);
  checkDetail(detail.notes, rows);
  const feeSign = checkTotals(totals.rows, rows);
  return rows.map(({ serviceFen, receivedFen: _receivedFen, ...line }) => ({
    ...line,
    feeFen: feeSign < 0 ? negateFen(serviceFen) : serviceFen,
  }));
}

function readTable(files: ReadonlyMap<string, Buffer>, list: string): Table {
  for (const bytes of files.values()) {
    const lines = decode(bytes).split(/\r?\n/);
    const start = lines.findIndex(
      (line) => line.startsWith('#') && line.includes(`${list}列表`) && !line.includes('结束'),
    );
    if (start < 0) continue;
    const end = lines.findIndex((line) => line.startsWith('#') && line.includes(`${list}列表结束`));
    if (end < start) throw damaged('缺少结尾');
    const [heading = '', ...body] = lines.slice(start + 1, end);
    const names = cellsOf(heading);
    const rows = body.filter((line) => line !== '').map((line) => rowOf(names, line));
    const notes = [...lines.slice(0, start), ...lines.slice(end + 1)].filter((line) => line.startsWith('#'));
    return { rows, notes };
  }
  throw damaged(`缺少${list}`);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
  } catch {
    throw damaged('编码');
  }
}

const cellsOf = (line: string) => line.split(',').map((cell) => cell.trim());

/** A title may hold commas; it stands fourth, so the surplus belongs to it. */
const titleAt = 3;

function rowOf(names: readonly string[], line: string): Row {
  const cells = cellsOf(line);
  const surplus = cells.length - names.length;
  if (surplus > 0 && names[titleAt] === '商品名称') {
    const title = cells.slice(titleAt, titleAt + surplus + 1).join(',');
    cells.splice(titleAt, surplus + 1, title);
  }
  if (cells.length !== names.length) throw damaged('列数');
  return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
}

function checkHead(notes: readonly string[], { merchantId }: ChannelAccount, day: Temporal.PlainDate): void {
  const owner = notes.map((line) => /^#账号：\[(\d+)\]/.exec(line)?.[1]).find(Boolean);
  // The account's number is the merchant's with the currency behind it.
  if (!owner?.startsWith(merchantId)) throw damaged('账号');
  const [, year, month, date] =
    notes.map((line) => /^#起始日期：\[(\d+)年(\d+)月(\d+)日/.exec(line)).find(Boolean) ?? [];
  if (`${year}-${month}-${date}` !== day.toString()) throw damaged('日期');
}

interface ReadRow extends Omit<BillLine, 'feeFen'> {
  /** 商家实收, negative in a refund. */
  receivedFen: Fen;
  /** 服务费 as the file writes it. */
  serviceFen: Fen;
}

function readRow(row: Row): ReadRow {
  const kind = row.业务类型 === '交易' ? 'payment' : row.业务类型 === '退款' ? 'refund' : undefined;
  if (!kind) throw damaged(`业务类型 ${row.业务类型}`);
  const signedFen = readYuan(row['订单金额（元）']);
  if (kind === 'payment' ? signedFen < 0n : signedFen > 0n) throw damaged('金额的正负');
  return {
    kind,
    at: readSpacedTime(row.完成时间 ?? ''),
    orderNo: row.商户订单号 ?? '',
    transactionId: row.支付宝交易号 ?? '',
    ...(kind === 'refund' && { refundNo: row['退款批次号/请求号'] ?? '' }),
    amountFen: kind === 'payment' ? signedFen : negateFen(signedFen),
    receivedFen: readYuan(row['商家实收（元）']),
    serviceFen: readYuan(row['服务费（元）']),
  };
}

const received = (rows: readonly ReadRow[], kind: BillLine['kind']) => {
  const own = rows.filter((row) => row.kind === kind);
  return { count: own.length, sumFen: sumFen(own.map((row) => row.receivedFen)) };
};

function checkDetail(notes: readonly string[], rows: readonly ReadRow[]): void {
  for (const [kind, pattern] of [
    ['payment', /^#交易合计：(\d+)笔，商家实收共(-?[\d.]+)元/],
    ['refund', /^#退款合计：(\d+)笔，商家实收退款共(-?[\d.]+)元/],
  ] as const) {
    const [, count, sum] = notes.map((line) => pattern.exec(line)).find(Boolean) ?? [];
    const own = received(rows, kind);
    if (count === undefined || Number(count) !== own.count || readYuan(sum) !== own.sumFen) throw damaged('合计');
  }
}

/**
 * Checks the totals and finds how the file writes a fee: the net is what was received and the fee, added or taken off.
 * Below zero when a fee paid is written as a negative number.
 */
function checkTotals(rows: readonly Row[], lines: readonly ReadRow[]): -1 | 1 {
  const total = rows.find((row) => Object.values(row)[0] === '合计');
  if (!total) throw damaged('汇总');
  const counts = [received(lines, 'payment').count, received(lines, 'refund').count];
  if (Number(total.交易订单总笔数) !== counts[0] || Number(total.退款订单总笔数) !== counts[1])
    throw damaged('汇总笔数');
  const receivedFen = sumFen(lines.map((line) => line.receivedFen));
  const serviceFen = sumFen(lines.map((line) => line.serviceFen));
  if (readYuan(total['商家实收（元）']) !== receivedFen || readYuan(total['服务费（元）']) !== serviceFen)
    throw damaged('汇总金额');
  const netFen = readYuan(total['实收净额（元）']);
  const sharedFen = readYuan(total['分润（元）']);
  if (netFen === addFen(receivedFen, addFen(serviceFen, sharedFen))) return -1;
  if (netFen === addFen(receivedFen, negateFen(addFen(serviceFen, sharedFen)))) return 1;
  throw damaged('实收净额');
}
