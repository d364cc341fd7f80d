import { createHash } from 'node:crypto';
import { parseLooseDate } from '@anlin/calendar';
import { bankFail, type StatementColumnName, type StatementHeadings, statementColumns } from '@anlin/contract';
import { type Fen, fen } from '@anlin/money';
import {
  type Cell,
  cleanText,
  findHeader,
  isSpreadsheetError,
  isTotalsRow,
  openSpreadsheet,
  parseDecimalText,
  type Row,
} from '@anlin/spreadsheet';

/** A payment into the account as the bank's statement says it. `row` as Excel numbers it. */
export interface StatementRow {
  row: number;
  paidOn: string;
  amountFen: Fen;
  payerName: string;
  /** Last four digits; empty where the bank gives none. */
  payerAccount: string;
  remark: string;
  serial: string;
}

/** What headings of banks mean. */
const titles: Readonly<Record<StatementColumnName, readonly string[]>> = {
  day: ['交易日期', '记账日期', '入账日期', '交易时间', '日期', '交易日', '记账日', '到账日期'],
  amount: ['收入金额', '贷方发生额', '贷方金额', '收入', '贷方', '存入金额', '转入金额', '交易金额', '发生额', '金额'],
  payerName: ['对方户名', '付款人名称', '对方名称', '付款人', '对方账户名称', '付款方户名', '户名'],
  payerAccount: ['对方账号', '付款人账号', '对方账户', '付款方账号'],
  remark: ['摘要/附言', '附言', '摘要', '用途', '备注', '交易附言', '交易摘要', '用途/附言'],
  serial: ['流水号', '交易流水号', '流水', '凭证号', '交易号', '银行流水号', '核心流水号', '业务编号'],
};
const mostRows = 20_000;
const mostProblems = 5;

const refuse = (problem: string) => bankFail('bankStatement.fileRefused', { problem });

/** What of the file is no spreadsheet is told in Chinese (bankStatement.fileRefused). */
async function readRows(path: string): Promise<Row[]> {
  try {
    const spreadsheet = await openSpreadsheet({ path });
    const rows: Row[] = [];
    for await (const row of spreadsheet.rows()) {
      rows.push(row);
      if (rows.length > mostRows) throw refuse(`超过 ${mostRows} 行，请分开下载后再传`);
    }
    return rows;
  } catch (error) {
    if (isSpreadsheetError(error)) throw refuse(fileWords[error.code] ?? '文件已损坏或不是表格，请重新下载对账单');
    throw error;
  }
}

const fileWords: Readonly<Record<string, string>> = {
  notASpreadsheet: '这不是 Excel 或 CSV 文件，请从网上银行下载 Excel 或 CSV 格式的对账单',
  empty: '文件是空的',
  tooLarge: '文件太大，请分开下载后再传',
  encrypted: '文件有密码，请去掉密码后再传',
};

interface Sheet {
  headings: { title: string; index: number; sample: string }[];
  columns: Record<StatementColumnName, string | null>;
  rows: Row[];
}

/** Finds the heading of a statement and what its columns mean. Error: bankStatement.fileRefused (422). */
export async function openStatement(path: string): Promise<Sheet> {
  const rows = await readRows(path);
  const known = Object.entries(titles).map(([key, names]) => ({ key, titles: names }));
  const header = findHeader(rows, known);
  if (!header) throw refuse('没有找到表头，请确认文件里有“交易日期”“金额”等列标题');
  const below = rows.filter((row) => row.number > header.headerRow);
  const headings = header.columns
    .filter((column) => column.title !== '')
    .map(({ title, index }) => ({
      title,
      index,
      sample: below.map((row) => row.cells[index]?.text ?? '').find((text) => text.trim() !== '') ?? '',
    }));
  const columns = Object.fromEntries(
    Object.keys(statementColumns).map((key) => [
      key,
      header.columns.find((column) => column.key === key)?.title ?? null,
    ]),
  ) as Sheet['columns'];
  return { headings, columns, rows: below };
}

/**
 * The payments of a statement by the given headings. Rows without incoming money, and rows of totals, are passed over. A row
 * that cannot be read refuses the whole file with its number, so that no payment is lost unseen.
 */
export async function readStatement(path: string, columns: StatementHeadings): Promise<StatementRow[]> {
  const sheet = await openStatement(path);
  const indexOf = (title: string | null) => {
    if (title === null) return undefined;
    const found = sheet.headings.find((heading) => heading.title === title);
    if (!found) throw refuse(`文件里没有“${title}”这一列，请重新对应各列`);
    return found.index;
  };
  const index = Object.fromEntries(
    Object.keys(statementColumns).map((key) => [key, indexOf(columns[key as StatementColumnName])]),
  ) as Record<StatementColumnName, number | undefined>;
  const problems: string[] = [];
  const read: StatementRow[] = [];
  const seen = new Map<string, number>();
  for (const row of sheet.rows) {
    const cell = (key: StatementColumnName): Cell | undefined => row.cells[index[key] ?? -1];
    const text = (key: StatementColumnName) => cleanText(cell(key)?.text ?? '');
    const amount = amountOf(text('amount'));
    if (amount === 'none' || isTotalsRow(row)) continue;
    const paidOn = dayOf(cell('day'));
    if (amount === 'unreadable' || paidOn === null) {
      problems.push(`第 ${row.number} 行的${paidOn === null ? '日期' : '金额'}看不懂`);
      continue;
    }
    const fields = {
      paidOn,
      amountFen: amount,
      payerName: text('payerName').slice(0, 100),
      payerAccount: text('payerAccount').replace(/\D/g, '').slice(-4),
      remark: text('remark').slice(0, 300),
    };
    const serial = text('serial').slice(0, 60) || madeSerial(fields, seen);
    read.push({ row: row.number, ...fields, serial });
  }
  if (problems.length > 0) throw refuse(`${problems.slice(0, mostProblems).join('，')}，整个文件没有处理`);
  refuseDoubles(read);
  if (read.length === 0) throw refuse('没有收入的行，请核对“收入金额”对应的列');
  return read;
}

/** `none`: money that goes out, or no money at all. */
function amountOf(text: string): Fen | 'none' | 'unreadable' {
  if (text === '' || /^[-—–/]+$/.test(text)) return 'none';
  const parsed = parseDecimalText(text.replace(/^\+/, ''));
  const found = parsed.isOk ? /^(-?)(\d{1,13})(?:\.(\d{1,2})0*)?$/.exec(parsed.value) : null;
  if (!found) return 'unreadable';
  const amountFen = fen(BigInt(`${found[2]}${(found[3] ?? '').padEnd(2, '0')}`));
  return found[1] === '-' || amountFen === 0n ? 'none' : amountFen;
}

function dayOf(cell: Cell | undefined): string | null {
  const value = cell?.date ?? (typeof cell?.value === 'boolean' ? null : cell?.value);
  const parsed = parseLooseDate(value ?? null);
  return parsed.ok && parsed.precision === 'day' ? parsed.date.toString() : null;
}

/** A payment without a serial is known again by all it says, and by which of several alike it is. */
function madeSerial(fields: Omit<StatementRow, 'row' | 'serial'>, seen: Map<string, number>): string {
  const { paidOn, amountFen, payerName, payerAccount, remark } = fields;
  const hash = createHash('sha256')
    .update(JSON.stringify([paidOn, amountFen.toString(), payerName, payerAccount, remark]))
    .digest('hex')
    .slice(0, 16);
  const count = (seen.get(hash) ?? 0) + 1;
  seen.set(hash, count);
  return `无流水号-${hash}-${count}`;
}

/** The same serial twice in one file would lose the second payment: the column is not what it was taken for. */
function refuseDoubles(rows: readonly StatementRow[]): void {
  const first = new Map<string, number>();
  for (const { serial, row } of rows) {
    const before = first.get(serial);
    if (before !== undefined)
      throw refuse(`第 ${row} 行与第 ${before} 行的流水号都是“${serial}”，请核对“流水号”对应的列`);
    first.set(serial, row);
  }
}
