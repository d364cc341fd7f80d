import { billResource } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import {
  type ImportedBill,
  type ImportedPayment,
  importBills,
  itemFinder,
  resolveImportedBills,
} from '../cashier/index.ts';
import { billColumns } from './bill-columns.ts';
import type { Completed, Examination, Importer, ImportTarget, KeyedProblem, RowValues } from './importer.ts';

const mostTold = 20;
const textOf = (value: RowValues[string] | undefined): string => (typeof value === 'string' ? value : '');

/** Rounds yuan half up to fen; both as whole or decimal text. */
function toFen(yuan: string): { fen: string; isRounded: boolean } {
  const [whole = '0', decimals = ''] = yuan.split('.');
  const rest = decimals.slice(2);
  const cut = BigInt(whole + decimals.slice(0, 2).padEnd(2, '0'));
  return { fen: String(cut + (rest >= '5' ? 1n : 0n)), isRounded: /[1-9]/.test(rest) };
}

const isMonth = (text: string) => text.length === 7;
const firstDay = (text: string) => Temporal.PlainDate.from(isMonth(text) ? `${text}-01` : text);
/** The day after, or the first of the month after. */
const dayAfter = (text: string) => firstDay(text).add(isMonth(text) ? { months: 1 } : { days: 1 });

type Found<T> = { isOk: true; value: T } | { isOk: false; problem: KeyedProblem };
const wrong = (key: string, message: string) => ({ isOk: false, problem: { key, message } }) as const;

const longestYears = 10;

/** Half-open period from what the row says of its time. */
function periodOf(values: RowValues): Found<{ from: string; to: string }> {
  const [from, to, month] = [textOf(values.from), textOf(values.to), textOf(values.month)];
  const start = from || month;
  if (start === '')
    return wrong(
      values.from === undefined && values.month !== undefined ? 'month' : 'from',
      '请填写开始时间，如 2026年01月',
    );
  const first = from === '' ? firstDay(month.slice(0, 7)) : firstDay(from);
  const end = to === '' ? dayAfter(start.slice(0, 7)) : dayAfter(to);
  if (Temporal.PlainDate.compare(end, first) <= 0) return wrong('to', '结束时间早于开始时间，请核对');
  if (Temporal.PlainDate.compare(end, first.add({ years: longestYears })) > 0)
    return wrong('to', `一张账单最长 ${longestYears} 年，请核对起止时间`);
  return { isOk: true, value: { from: first.toString(), to: end.toString() } };
}

/** What had been paid; null when nothing. */
function paymentOf(values: RowValues, amountFen: string, today: string): Found<ImportedPayment | null> {
  const [received, paidOn, channel] = [textOf(values.received), textOf(values.paidOn), textOf(values.channel)];
  const receivedFen = received === '' ? (paidOn === '' ? '0' : amountFen) : toFen(received).fen;
  if (receivedFen === '0') return { isOk: true, value: null };
  if (BigInt(receivedFen) > BigInt(amountFen))
    return wrong('received', '已收金额大于费用金额。多收的部分请作为预存款另行登记');
  if (paidOn === '') return wrong('paidOn', '有已收金额，请填写收款日期');
  if (isMonth(paidOn)) return wrong('paidOn', '收款日期要写到日，如 2026-03-15');
  if (paidOn > today) return wrong('paidOn', '收款日期晚于今天，请核对');
  if (channel === '') return wrong('channel', '有已收金额，请填写收款方式，如 微信、现金');
  const name = textOf(values.payerName);
  return {
    isOk: true,
    value: {
      amountFen: receivedFen,
      paidOn,
      channel,
      payerName: /^(空置|空房|无)$/.test(name) ? '' : name,
      originalNumber: textOf(values.originalNumber),
    },
  };
}

function dueOf(values: RowValues): string | null {
  const due = textOf(values.dueOn);
  return due === '' ? null : firstDay(due).toString();
}

type ItemFinder = Awaited<ReturnType<typeof itemFinder>>;

function examineBills(target: ImportTarget, findItem: ItemFinder): Examination<ImportedBill> {
  const rounded = teller((count) => `另有 ${count} 行金额四舍五入到分`);
  const repeated = teller((count) => `另有 ${count} 行与前面的房屋、费用类型、账期相同`);
  const restItems = new Map<string, { rest: string; count: number }>();
  const rowsOf = new Map<string, number[]>();

  function complete(values: RowValues, rowNumber: number): Completed<ImportedBill> {
    const exact = textOf(values.amount);
    if (exact === '') return { isOk: false, problems: [{ key: 'amount', message: '请填写费用金额' }] };
    const amount = toFen(exact);
    if (amount.fen === '0') return { isOk: false, problems: [{ key: 'amount', message: '费用金额应大于 0' }] };
    const period = periodOf(values);
    const payment = paymentOf(values, amount.fen, target.today);
    const problems = [period, payment].flatMap((one) => (one.isOk ? [] : [one.problem]));
    if (!period.isOk || !payment.isOk) return { isOk: false, problems };
    const [address, itemName] = [textOf(values.address), textOf(values.itemName)];
    const { from, to } = period.value;
    const key = JSON.stringify([address, itemName, from, to]);
    const before = rowsOf.get(key) ?? [];
    rowsOf.set(key, [...before, rowNumber]);
    if (before.length > 0)
      repeated.tell(
        `第 ${rowNumber} 行与第 ${before[0]} 行的房屋、费用类型、账期都相同（${address} ${itemName}），按两张账单导入，请核对`,
      );
    if (amount.isRounded) rounded.tell(`第 ${rowNumber} 行的金额 ${exact} 四舍五入为 ${yuanOf(amount.fen)}`);
    const item = findItem(itemName);
    if (item?.isRest)
      restItems.set(itemName, { rest: item.item.name, count: (restItems.get(itemName)?.count ?? 0) + 1 });
    const row: ImportedBill = {
      address,
      itemName,
      periodFrom: from,
      periodTo: to,
      dueOn: dueOf(values),
      amountFen: amount.fen,
      exactYuan: amount.isRounded ? exact : null,
      note: textOf(values.note),
      payment: payment.value,
      repeat: before.length,
    };
    const label = `${address} ${itemName}`;
    return { isOk: true, row, identity: `${key} ${before.length}`, label, identityKey: 'address' };
  }

  const restNotices = () =>
    [...restItems].map(([name, { rest, count }]) => `没有收费项目“${name}”，${count} 行归入“${rest}”`);
  return { complete, notices: () => [...restNotices(), ...rounded.all(), ...repeated.all()] };
}

/** Keeps the first sentences and counts the rest. */
function teller(more: (count: number) => string) {
  const first: string[] = [];
  let count = 0;
  return {
    tell(sentence: string): void {
      if (first.length < mostTold) first.push(sentence);
      else count += 1;
    },
    all: (): string[] => (count === 0 ? first : [...first, more(count)]),
  };
}

const yuanOf = (fenText: string) => `${fenText.padStart(3, '0').slice(0, -2)}.${fenText.padStart(3, '0').slice(-2)}`;

function communityOf(target: ImportTarget): string {
  if (target.communityId === null) throw new Error('bills are imported into a community');
  return target.communityId;
}

/** Bills of another system, with what was paid on them (CHG-9). What a type of charge is called follows the company's items. */
export async function billImporter(ctx: Context): Promise<Importer<ImportedBill>> {
  const findItem = await itemFinder(ctx);
  return {
    kind: billResource.name as 'bill',
    columns: billColumns,
    examine: (target) => examineBills(target, findItem),
    async verify(context, target, rows) {
      const { bills, refusals } = await resolveImportedBills(context, communityOf(target), rows);
      return { failures: refusals, existing: bills.filter((bill) => bill.existing).map((bill) => bill.number) };
    },
    async apply(context, target, rows, policy) {
      const { importId, fileName } = target;
      const communityId = communityOf(target);
      const { refusals, ...counts } = await importBills(context, { importId, communityId, fileName, policy }, rows);
      return { ...counts, failures: refusals };
    },
  };
}
