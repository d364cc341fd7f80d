import type { FileEncoding } from './encode-text.ts';

/** What a line of a withholding file may say. Sums of the whole batch stand in its header or trailer. */
export type BankField =
  | 'sequence'
  | 'accountNumber'
  | 'accountName'
  | 'amount'
  | 'reference'
  | 'purpose'
  | 'batchNumber'
  | 'day'
  | 'count'
  | 'totalAmount'
  | 'companyAccount'
  | 'resultCode'
  | 'resultText'
  | 'constant';

export interface BankColumn {
  field: BankField;
  /** Of `constant`. */
  text?: string;
  /** Bytes in the template's encoding; only of fixed-width files. */
  width?: number;
  /** Where the filling goes: numbers are filled on the left with 0, texts on the right with spaces unless told. */
  align?: 'left' | 'right';
  fill?: '0' | ' ';
}

/** One kind of line. `mark`: its first column is a constant by which the line is known. */
export type BankLine = readonly BankColumn[];

export interface BankLayout {
  header: BankLine | null;
  detail: BankLine;
  trailer: BankLine | null;
}

/** How one bank wants its withholding file and how it answers (CSH-10). */
export interface BankTemplate {
  name: string;
  kind: 'fixedWidth' | 'separated';
  /** Of separated files. */
  separator: string;
  encoding: FileEncoding;
  lineEnd: '\r\n' | '\n';
  /** `fen`: whole number; `yuan`: two decimals. */
  amountUnit: 'fen' | 'yuan';
  file: BankLayout;
  result: BankLayout;
  /** Codes that mean the money was taken. */
  successCodes: readonly string[];
  /** What the bank's other codes mean, in Chinese. */
  reasons: Readonly<Record<string, string>>;
}

const usualReasons: Readonly<Record<string, string>> = {
  '0001': '余额不足',
  '0002': '户名不符',
  '0003': '账号不存在',
  '0004': '账户已销户',
  '0005': '账户已冻结或挂失',
  '0006': '没有签约代扣，或协议已过期',
  '0007': '超过单笔或当日限额',
};

const marked = (mark: string): BankColumn => ({ field: 'constant', text: mark, width: 1 });

const fixedDetail: BankLine = [
  marked('D'),
  { field: 'sequence', width: 6 },
  { field: 'accountNumber', width: 32 },
  { field: 'accountName', width: 60 },
  { field: 'amount', width: 15 },
  { field: 'reference', width: 36 },
  { field: 'purpose', width: 40 },
];

/** Two layouts to begin with: lines of fixed width in fen and GBK, and lines with separators in yuan and UTF-8. */
export const shippedTemplates: readonly BankTemplate[] = [
  {
    name: '定长文本（GBK，金额到分）',
    kind: 'fixedWidth',
    separator: '',
    encoding: 'gbk',
    lineEnd: '\r\n',
    amountUnit: 'fen',
    file: {
      header: [
        marked('H'),
        { field: 'batchNumber', width: 20 },
        { field: 'day', width: 8 },
        { field: 'companyAccount', width: 32 },
      ],
      detail: fixedDetail,
      trailer: [marked('T'), { field: 'count', width: 6 }, { field: 'totalAmount', width: 15 }],
    },
    result: {
      header: [marked('H'), { field: 'batchNumber', width: 20 }, { field: 'day', width: 8 }],
      detail: [...fixedDetail, { field: 'resultCode', width: 4 }, { field: 'resultText', width: 60 }],
      trailer: [marked('T'), { field: 'count', width: 6 }, { field: 'totalAmount', width: 15 }],
    },
    successCodes: ['0000'],
    reasons: usualReasons,
  },
  {
    name: '竖线分隔（UTF-8，金额为元）',
    kind: 'separated',
    separator: '|',
    encoding: 'utf8',
    lineEnd: '\n',
    amountUnit: 'yuan',
    file: {
      header: [{ field: 'batchNumber' }, { field: 'count' }, { field: 'totalAmount' }, { field: 'day' }],
      detail: [
        { field: 'reference' },
        { field: 'accountName' },
        { field: 'accountNumber' },
        { field: 'amount' },
        { field: 'purpose' },
      ],
      trailer: null,
    },
    result: {
      header: [{ field: 'batchNumber' }, { field: 'count' }, { field: 'totalAmount' }],
      detail: [
        { field: 'reference' },
        { field: 'accountNumber' },
        { field: 'amount' },
        { field: 'resultCode' },
        { field: 'resultText' },
      ],
      trailer: null,
    },
    successCodes: ['S', '00'],
    reasons: { F01: '余额不足', F02: '户名不符', F03: '账户状态不正常', F04: '没有签约代扣', F05: '超过限额' },
  },
];
