import { type Fen, fen } from '@anlin/money';
import { parseDecimalText } from '@anlin/spreadsheet';
import type { BankField, BankLine, BankTemplate } from './bank-template.ts';
import { decodeText } from './encode-text.ts';

/** What the bank says of one line. */
export interface BankAnswer {
  /** Line of the file, from 1. */
  line: number;
  reference: string;
  /** As the bank writes it, perhaps masked; empty where its answers have none. */
  accountNumber: string;
  amountFen: Fen;
  isPaid: boolean;
  code: string;
  /** Why not, in Chinese; empty when paid. */
  reason: string;
}

export type BankResult = { isOk: true; batchNumber: string; answers: BankAnswer[] } | { isOk: false; message: string };

type Values = Partial<Record<BankField, string>>;

const mostBytes = 20 * 1024 * 1024;
const wrong = (message: string): BankResult => ({ isOk: false, message });

/**
 * Reads a bank's answer. A file is taken whole or not at all: one line that cannot be read, a sum or count of the header or
 * trailer that differs, or the same reference twice refuses it, in a Chinese sentence.
 */
export function readBankResult(template: BankTemplate, bytes: Buffer): BankResult {
  if (bytes.length === 0) return wrong('文件是空的');
  if (bytes.length > mostBytes) return wrong('文件超过 20 MB，不像是银行的结果文件');
  const text = decodeText(bytes, template.encoding);
  if (text === null) return wrong('文件的编码与这家银行的模板不符，请核对是否选对了银行');
  const lines = linesOf(bytes, template).filter((line) => line.content.length > 0);
  const { header, detail, trailer } = template.result;
  const read = (line: Buffer, columns: BankLine) => readLine(template, line, columns);
  const first = header ? lines.shift() : undefined;
  const last = trailer ? lines.pop() : undefined;
  const head = header && first ? read(first.content, header) : {};
  const tail = trailer && last ? read(last.content, trailer) : {};
  if (head === null || (header && !first)) return wrong('第一行与模板的首行不符，请核对是否选对了银行');
  if (tail === null || (trailer && !last)) return wrong('最后一行与模板的末行不符，文件可能不完整');
  const answers: BankAnswer[] = [];
  const seen = new Map<string, number>();
  for (const { number, content } of lines) {
    const values = read(content, detail);
    const amountFen = values && readAmount(values.amount ?? '', template.amountUnit);
    const reference = values?.reference ?? '';
    if (!values || amountFen === null || reference === '') return wrong(`第 ${number} 行看不懂，整个文件没有处理`);
    const before = seen.get(reference);
    if (before !== undefined) return wrong(`第 ${number} 行与第 ${before} 行是同一笔，整个文件没有处理`);
    seen.set(reference, number);
    answers.push({
      line: number,
      reference,
      accountNumber: values.accountNumber ?? '',
      amountFen,
      ...verdict(template, values),
    });
  }
  const problem = sumProblem(template, { ...head, ...tail }, answers);
  return problem ? wrong(problem) : { isOk: true, batchNumber: head?.batchNumber ?? '', answers };
}

function linesOf(bytes: Buffer, template: BankTemplate): { number: number; content: Buffer }[] {
  const lines: { number: number; content: Buffer }[] = [];
  let start = template.encoding === 'utf8' && bytes.subarray(0, 3).equals(Buffer.from('efbbbf', 'hex')) ? 3 : 0;
  // 0x0A is never the second byte of a GBK character.
  for (let number = 1; start < bytes.length; number += 1) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end;
    lines.push({ number, content: bytes.subarray(start, bytes[stop - 1] === 0x0d ? stop - 1 : stop) });
    start = stop + 1;
  }
  return lines;
}

// Null when the line is none of that layout.
function readLine(template: BankTemplate, line: Buffer, columns: BankLine): Values | null {
  const cells = template.kind === 'separated' ? separated(template, line) : fixed(template, line, columns);
  if (cells === null || cells.length < columns.length) return null;
  const values: Values = {};
  for (const [index, column] of columns.entries()) {
    const text = cells[index] ?? '';
    if (column.field !== 'constant') values[column.field] = text;
    else if (text !== (column.text ?? '').trim()) return null;
  }
  return values;
}

function separated({ encoding, separator }: BankTemplate, line: Buffer): string[] | null {
  return (
    decodeText(line, encoding)
      ?.split(separator)
      .map((cell) => cell.trim()) ?? null
  );
}

// The last column may be shorter than it should: many programs cut spaces off the end.
function fixed({ encoding }: BankTemplate, line: Buffer, columns: BankLine): string[] | null {
  const cells: string[] = [];
  let at = 0;
  for (const [index, { width = 0 }] of columns.entries()) {
    const isLast = index === columns.length - 1;
    if (at + width > line.length && !isLast) return null;
    const text = decodeText(line.subarray(at, at + width), encoding);
    if (text === null) return null;
    cells.push(text.trim());
    at += width;
  }
  return cells;
}

function readAmount(text: string, unit: BankTemplate['amountUnit']): Fen | null {
  if (unit === 'fen') return /^\d{1,18}$/.test(text) ? fen(BigInt(text)) : null;
  const parsed = parseDecimalText(text);
  const found = parsed.isOk ? /^(\d{1,16})(?:\.(\d{1,2}))?$/.exec(parsed.value) : null;
  return found ? fen(BigInt(`${found[1]}${(found[2] ?? '').padEnd(2, '0')}`)) : null;
}

function verdict(template: BankTemplate, values: Values): Pick<BankAnswer, 'isPaid' | 'code' | 'reason'> {
  const code = values.resultCode ?? '';
  if (template.successCodes.includes(code)) return { isPaid: true, code, reason: '' };
  return {
    isPaid: false,
    code,
    reason: template.reasons[code] || values.resultText || `银行返回代码 ${code || '（空）'}`,
  };
}

function sumProblem(template: BankTemplate, values: Values, answers: readonly BankAnswer[]): string | null {
  const { count, totalAmount } = values;
  if (count !== undefined && (!/^\d+$/.test(count) || Number(count) !== answers.length))
    return `文件写着 ${count} 笔，实际 ${answers.length} 笔，文件可能不完整`;
  if (totalAmount === undefined) return null;
  const total = readAmount(totalAmount, template.amountUnit);
  const sum = answers.reduce((all, one) => all + one.amountFen, 0n);
  return total === sum ? null : '文件写着的总金额与各笔之和不符，文件可能被改动过';
}
