import { createHash } from 'node:crypto';
import { absFen, type Fen, fen, negateFen, sumFen, zeroFen } from '@anlin/money';
import { z } from 'zod';
import { readSpacedTime } from '../channel-time.ts';
import {
  type BillLine,
  type ChannelAccount,
  ChannelRefusal,
  ChannelSilence,
  type Outside,
} from '../payment-channel.ts';
import { readYuan } from '../read-amount.ts';
import { askWechat, readAnswer } from './ask-wechat.ts';
import { codeOf, refusalOf, sendWechat, wechatHost } from './call-wechat.ts';

const application = z.object({
  hash_type: z.literal('SHA1'),
  hash_value: z.string().regex(/^[0-9a-f]{40}$/i),
  download_url: z.url(),
});

/**
 * The trade bill of a day (交易账单): applied for, downloaded, its SHA-1 and its totals checked. A day without trade has none.
 * Throws ChannelRefusal when the file is cut or altered, ChannelSilence.
 */
export async function fetchWechatBill(
  account: ChannelAccount,
  day: Temporal.PlainDate,
  outside: Outside,
): Promise<readonly BillLine[]> {
  const path = `/v3/bill/tradebill?bill_date=${day.toString()}&bill_type=ALL`;
  const answer = await askWechat(account, outside, { method: 'GET', path });
  if (codeOf(answer) === 'NO_STATEMENT_EXIST') return [];
  if (answer.status >= 400) throw refusalOf(answer);
  const { download_url: address, hash_value: hash } = readAnswer(application, answer);
  const url = new URL(address);
  if (url.hostname !== wechatHost) throw new ChannelRefusal('账单的下载地址不是微信支付的');
  // The file itself is not signed: its hash, from a signed answer, stands for it.
  const file = await sendWechat(account, outside, { method: 'GET', path: `${url.pathname}${url.search}` });
  if (file.status >= 400) throw refusalOf(file);
  if (file.body.length === 0) throw new ChannelSilence('an empty bill');
  if (createHash('sha1').update(file.body).digest('hex') !== hash.toLowerCase())
    throw new ChannelRefusal('账单文件与微信支付给的摘要不符，可能下载不完整，请重试');
  return readWechatBill(file.body.toString('utf8'));
}

/** Lines of a trade bill as text: values stand behind back-ticks, the last two lines are the totals. Throws ChannelRefusal. */
export function readWechatBill(text: string): BillLine[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const [head = '', ...rest] = lines;
  const columns = columnsOf(head);
  const totalsAt = rest.findIndex((line) => line.startsWith('总交易单数'));
  if (totalsAt === -1 || rest.length !== totalsAt + 2) throw new ChannelRefusal('账单没有合计行，文件不完整');
  const rows = rest.slice(0, totalsAt).map((line) => rowOf(columns, valuesOf(line)));
  checkTotals(rows, namesOf(rest[totalsAt]!), valuesOf(rest[totalsAt + 1]!));
  return rows.map((row) => row.line);
}

const needed = [
  '交易时间',
  '商户号',
  '微信订单号',
  '商户订单号',
  '交易状态',
  '商户退款单号',
  '手续费',
  '订单金额',
  '申请退款金额',
];

const namesOf = (line: string) => line.split(',').map((name) => name.trim());

function columnsOf(head: string): ReadonlyMap<string, number> {
  const columns = new Map(namesOf(head).map((name, index) => [name, index]));
  const missing = needed.filter((name) => !columns.has(name));
  if (missing.length > 0) throw new ChannelRefusal(`账单缺少列：${missing.join('、')}`);
  return columns;
}

/** A description may hold commas, but no comma before a back-tick. */
function valuesOf(line: string): string[] {
  if (!line.startsWith('`')) throw new ChannelRefusal('账单里有看不懂的行');
  return line.slice(1).split(',`');
}

interface Row {
  line: BillLine;
  orderFen: Fen;
  refundFen: Fen;
  fee: string;
}

function rowOf(columns: ReadonlyMap<string, number>, values: readonly string[]): Row {
  const value = (name: string) => values[columns.get(name)!]?.trim() ?? '';
  if (values.length !== columns.size) throw new ChannelRefusal('账单里有一行的列数不对');
  const state = value('交易状态');
  if (!['SUCCESS', 'REFUND', 'REVOKED'].includes(state)) throw new ChannelRefusal(`账单里有不认识的状态：${state}`);
  const orderFen = readYuan(value('订单金额'));
  const refundFen = readYuan(value('申请退款金额'));
  const isPayment = state === 'SUCCESS';
  const line: BillLine = {
    kind: isPayment ? 'payment' : 'refund',
    at: readSpacedTime(value('交易时间')),
    orderNo: value('商户订单号'),
    transactionId: value('微信订单号'),
    ...(isPayment ? {} : { refundNo: value('商户退款单号') }),
    amountFen: isPayment ? orderFen : refundFen,
    feeFen: feeOf(value('手续费')),
  };
  return { line, orderFen, refundFen, fee: value('手续费') };
}

/** A fee is told to five decimals; a share of a fen is rounded half up. */
function feeOf(text: string): Fen {
  const match = /^(-?)(\d{1,12})\.(\d{2})(\d{0,6})$/.exec(text);
  if (!match) throw new ChannelRefusal('账单的手续费看不懂');
  const [, sign = '', yuan = '', cents = '', more = ''] = match;
  const whole = BigInt(yuan) * 100n + BigInt(cents) + (more >= '5' ? 1n : 0n);
  const fee = fen(whole);
  return sign === '-' ? negateFen(fee) : fee;
}

/** Millionths, so that fees add up as they are written. */
function exactly(text: string): bigint {
  const match = /^(-?)(\d{1,15})\.(\d{1,6})$/.exec(text);
  if (!match) throw new ChannelRefusal('账单的手续费看不懂');
  const [, sign, yuan, part] = match;
  const value = BigInt(`${yuan}${part!.padEnd(6, '0')}`);
  return sign === '-' ? -value : value;
}

function checkTotals(rows: readonly Row[], names: readonly string[], values: readonly string[]): void {
  const total = (name: string) => values[names.indexOf(name)]?.trim() ?? '';
  const cut = () => new ChannelRefusal('账单的合计与明细不符，文件不完整或被改动');
  if (total('总交易单数') !== String(rows.length)) throw cut();
  const orders = sumFen(rows.map((row) => row.orderFen));
  const refunds = sumFen(rows.map((row) => row.refundFen));
  if (readYuan(total('订单总金额')) !== orders || absFen(readYuan(total('申请退款总金额'))) !== absFen(refunds))
    throw cut();
  const fees = rows.reduce((sum, row) => sum + exactly(row.fee), 0n);
  if (exactly(total('手续费总金额')) !== fees) throw cut();
  if (rows.some((row) => row.line.amountFen < zeroFen)) throw cut();
}
