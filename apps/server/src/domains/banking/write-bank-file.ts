import { type Fen, formatYuan, sumFen } from '@anlin/money';
import type { BankColumn, BankField, BankLine, BankTemplate } from './bank-template.ts';
import { encodeText } from './encode-text.ts';

/** One account to take money from. */
export interface WithholdingLine {
  /** By which the bank's answer is found again; ours, unique for ever. */
  reference: string;
  accountNumber: string;
  accountName: string;
  amountFen: Fen;
}

export interface WithholdingFile {
  batchNumber: string;
  /** ISO day. */
  day: string;
  companyAccount: string;
  purpose: string;
  lines: readonly WithholdingLine[];
}

/** What does not fit into the bank's file: which line (from 1; 0 is header or trailer), field and why, in Chinese. */
export interface UnfitField {
  line: number;
  field: BankField;
  message: string;
}

type Values = Readonly<Partial<Record<BankField, string>>>;

const numeric: ReadonlySet<BankField> = new Set(['sequence', 'amount', 'totalAmount', 'count']);

const amountText = (amountFen: Fen, unit: BankTemplate['amountUnit']) =>
  unit === 'fen' ? amountFen.toString() : formatYuan(amountFen);

/** Writes the file a bank takes money by; whatever does not fit is told and nothing is written. */
export function writeBankFile(
  template: BankTemplate,
  file: WithholdingFile,
): { isOk: true; bytes: Buffer } | { isOk: false; unfit: UnfitField[] } {
  const whole: Values = {
    batchNumber: file.batchNumber,
    day: file.day.replaceAll('-', ''),
    companyAccount: file.companyAccount,
    purpose: file.purpose,
    count: String(file.lines.length),
    totalAmount: amountText(sumFen(file.lines.map((line) => line.amountFen)), template.amountUnit),
  };
  const unfit: UnfitField[] = [];
  const parts: Buffer[] = [];
  const put = (line: number, columns: BankLine | null, values: Values) => {
    if (!columns) return;
    const cells = columns.map((column) =>
      cellBytes(template, column, values, (message) => unfit.push({ line, field: column.field, message })),
    );
    const between = template.kind === 'separated' ? Buffer.from(template.separator) : Buffer.alloc(0);
    parts.push(
      ...cells.flatMap((cell, index) => (index === 0 ? [cell] : [between, cell])),
      Buffer.from(template.lineEnd),
    );
  };
  put(0, template.file.header, whole);
  for (const [index, line] of file.lines.entries())
    put(index + 1, template.file.detail, {
      ...whole,
      sequence: String(index + 1),
      reference: line.reference,
      accountNumber: line.accountNumber,
      accountName: line.accountName,
      amount: amountText(line.amountFen, template.amountUnit),
    });
  put(0, template.file.trailer, whole);
  return unfit.length > 0 ? { isOk: false, unfit } : { isOk: true, bytes: Buffer.concat(parts) };
}

function cellBytes(
  template: BankTemplate,
  column: BankColumn,
  values: Values,
  refuse: (message: string) => void,
): Buffer {
  const text = column.field === 'constant' ? (column.text ?? '') : (values[column.field] ?? '');
  // A separator or line end inside a name would shift everything behind it.
  if (/[\r\n]/.test(text) || (template.kind === 'separated' && text.includes(template.separator))) {
    refuse(`“${text}”中有换行或分隔符，银行文件里不能写`);
    return Buffer.alloc(0);
  }
  const encoded = encodeText(text, template.encoding);
  if (!encoded.isOk) {
    refuse(`“${text}”中的“${encoded.unknown}”是生僻字，这家银行的文件编码里没有`);
    return Buffer.alloc(0);
  }
  const { width } = column;
  if (template.kind === 'separated' || width === undefined) return encoded.bytes;
  if (encoded.bytes.length > width) {
    refuse(`“${text}”超过 ${width} 个字节，写不进这一栏`);
    return Buffer.alloc(0);
  }
  const isNumber = numeric.has(column.field);
  const fill = Buffer.alloc(width - encoded.bytes.length, column.fill ?? (isNumber ? '0' : ' '));
  const align = column.align ?? (isNumber ? 'right' : 'left');
  return Buffer.concat(align === 'right' ? [fill, encoded.bytes] : [encoded.bytes, fill]);
}
