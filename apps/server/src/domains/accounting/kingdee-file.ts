import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type OutputColumn, writeSpreadsheet } from '@anlin/spreadsheet';
import type { FileLine } from './voucher-file.ts';

type Kind = OutputColumn['kind'];

/** A column of sheet Page1: key, Chinese caption, type and position as sheet t_Schema tells them, how we write it, and what. */
interface Field {
  key: string;
  caption: string;
  type: string;
  position: number;
  kind: Kind;
  read: (line: FileLine, entry: number) => unknown;
}

const decimal = 'Decimal(28,10)';
const field = (
  position: number,
  key: string,
  caption: string,
  type: string,
  kind: Kind,
  read: Field['read'],
): Field => ({ key, caption, type, position, kind, read });
const empty = () => '';
const zero = () => '0';

/** What 金蝶 K/3 and KIS know a voucher by in their standard format. Positions skip 6 and 16, as theirs do. */
const fields: readonly Field[] = [
  field(1, 'FDate', '凭证日期', 'DateTime', 'date', (line) => line.day),
  field(2, 'FYear', '会计年度', decimal, 'integer', (line) => line.day.slice(0, 4)),
  field(3, 'FPeriod', '会计期间', decimal, 'integer', (line) => String(Number(line.day.slice(5, 7)))),
  field(4, 'FGroupID', '凭证字', 'Varchar(80)', 'text', () => '记'),
  field(5, 'FNumber', '凭证号', decimal, 'integer', (line) => line.number),
  field(7, 'FAccountNum', '科目代码', 'Varchar(40)', 'text', (line) => line.code),
  field(8, 'FAccountName', '科目名称', 'Varchar(80)', 'text', (line) => line.name),
  field(9, 'FCurrencyNum', '币别代码', 'Varchar(10)', 'text', () => 'RMB'),
  field(10, 'FCurrencyName', '币别名称', 'Varchar(40)', 'text', () => '人民币'),
  field(11, 'FAmountFor', '原币金额', decimal, 'money', (line) => line.debit ?? line.credit),
  field(12, 'FDebit', '借方', decimal, 'money', (line) => line.debit ?? '0'),
  field(13, 'FCredit', '贷方', decimal, 'money', (line) => line.credit ?? '0'),
  field(14, 'FPreparerID', '制单', 'Varchar(255)', 'text', (line) => line.preparer),
  field(15, 'FCheckerID', '审核', 'Varchar(255)', 'text', () => 'NONE'),
  field(17, 'FApproveID', '核准', 'Varchar(255)', 'text', () => 'NONE'),
  field(18, 'FCashierID', '出纳', 'Varchar(255)', 'text', () => 'NONE'),
  field(19, 'FHandler', '经办', 'Varchar(50)', 'text', empty),
  field(20, 'FSettleTypeID', '结算方式', 'Varchar(80)', 'text', () => '*'),
  field(21, 'FSettleNo', '结算号', 'Varchar(255)', 'text', empty),
  field(22, 'FExplanation', '凭证摘要', 'Varchar(255)', 'text', (line) => line.summary),
  field(23, 'FQuantity', '数量', decimal, 'number', zero),
  field(24, 'FMeasureUnitID', '数量单位', 'Varchar(255)', 'text', () => '*'),
  field(25, 'FUnitPrice', '单价', decimal, 'number', zero),
  field(26, 'FReference', '参考信息', 'Varchar(255)', 'text', empty),
  field(27, 'FTransDate', '业务日期', 'DateTime', 'date', (line) => line.day),
  field(28, 'FTransNo', '往来业务编号', 'Varchar(255)', 'text', empty),
  field(29, 'FAttachments', '附件数', decimal, 'integer', zero),
  field(30, 'FSerialNum', '序号', decimal, 'integer', (line) => line.number),
  field(31, 'FObjectName', '系统模块', 'Varchar(100)', 'text', empty),
  field(32, 'FParameter', '业务描述', 'Varchar(100)', 'text', empty),
  field(33, 'FExchangeRate', '汇率', decimal, 'number', () => '1'),
  field(34, 'FEntryID', '分录序号', decimal, 'integer', (_, entry) => entry),
  field(35, 'FItem', '核算项目', 'Varchar(255)', 'text', itemsOf),
  field(36, 'FPosted', '过账', decimal, 'integer', zero),
  field(37, 'FInternalInd', '机制凭证', 'Varchar(10)', 'text', empty),
  field(38, 'FCashFlow', '现金流量', 'Memo', 'text', empty),
];

/** 客户---001---翠湖花园业主: kind, code and name of each. */
function itemsOf(line: FileLine): string {
  const items = [
    ['部门', line.departmentCode, line.departmentName],
    ['客户', line.customerCode, line.customerName],
    ['项目', line.projectCode, line.projectName],
  ] as const;
  return items
    .filter(([, code]) => code !== '')
    .map((parts) => parts.join('---'))
    .join('\n');
}

const schemaTitles = [
  'FType',
  'FKey',
  'FFieldName',
  'FCaption',
  'FValueType',
  'FNeedSave',
  'FColIndex',
  'FSrcTableName',
  'FSrcFieldName',
  'FExpFieldName',
  'FImpFieldName',
  'FDefaultVal',
  'FSearch',
  'FItemPageName',
  'FTrueType',
  'FPrecision',
  'FSearchName',
  'FIsShownList',
  'FViewMask',
  'FPage',
];

const schemaRows = [
  ['ClassInfo', 'ClassType', '', 'VoucherData'],
  ['ClassInfo', 'ClassTypeID', '', '123'],
  ['PageInfo', 'Page1', '', 'Page1'],
  ...fields.map(({ key, caption, type, position }) => [
    ...['FieldInfo', key, key, caption, type, '', String(position), '', ''],
    ...[key, key, '', '0', '', '', '0', '0', '0', '0', '1'],
  ]),
];

/**
 * The workbook that 金蝶 K/3 and KIS take in as 标准格式 (docs/manual/vouchers.md describes its columns): sheet Page1 with the entries, sheet t_Schema with
 * what the columns are. The same lines give the same bytes.
 */
export async function writeKingdeeFile(lines: readonly FileLine[]): Promise<Buffer> {
  const stream = new PassThrough();
  const text = (title: string) => ({ title, kind: 'text' as const });
  const [bytes] = await Promise.all([
    buffer(stream),
    writeSpreadsheet(stream, {
      sheets: [
        { name: 'Page1', columns: fields.map(({ key, kind }) => ({ title: key, kind })), rows: entryRows(lines) },
        { name: 't_Schema', columns: schemaTitles.map(text), rows: schemaRows },
      ],
    }).then(() => stream.end()),
  ]);
  return bytes;
}

function* entryRows(lines: readonly FileLine[]): Generator<readonly unknown[]> {
  let entry = 0;
  let last = '';
  for (const line of lines) {
    const voucher = `${line.day.slice(0, 7)} ${line.number}`;
    entry = voucher === last ? entry + 1 : 0;
    last = voucher;
    yield fields.map(({ read }) => read(line, entry));
  }
}
