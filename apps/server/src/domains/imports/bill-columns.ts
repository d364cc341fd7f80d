import { parseLooseDate } from '@anlin/calendar';
import { type Cell, cleanText, parseDecimalText } from '@anlin/spreadsheet';
import { fieldColumn } from './field-column.ts';
import type { ImportColumn, Reading } from './importer.ts';
import { isBlankMark } from './read-cell.ts';

const text = (label: string, maxLength: number, importTitles: readonly string[]) =>
  ({ kind: 'text', label, maxLength, importTitles }) as const;

const blank: Reading = { isOk: true, value: null };

const numberAdvice = {
  empty: '不能为空',
  notANumber: '应为数字，如 98.50；请不要写汉字数字',
  badGrouping: '中的逗号位置不对，请写成 1234.50',
  tooLong: '的数字太长，请核对',
} as const;

function readAmount(title: string, cell: Cell): Reading {
  const written = cleanText(cell.text);
  if (cell.kind === 'error') return { isOk: false, message: `${title}是 Excel 的错误值，请改成数字` };
  if (written === '' || isBlankMark(written)) return blank;
  const parsed = parseDecimalText(written.replace(/^[¥￥]/, '').replace(/元$/, ''));
  if (!parsed.isOk) return { isOk: false, message: `${title}${numberAdvice[parsed.reason]}` };
  if (parsed.value.startsWith('-')) return { isOk: false, message: `${title}不能小于 0` };
  if (!/^\d{1,10}(\.\d{1,12})?$/.test(parsed.value)) return { isOk: false, message: `${title}的数字太长，请核对` };
  return { isOk: true, value: parsed.value };
}

/** Yuan, as exact as the file has it. */
const amountColumn = (key: string, title: string, synonyms: readonly string[], hint: string, example: string) => ({
  key,
  title,
  synonyms,
  isRequired: false,
  hint,
  example,
  read: (cell: Cell) => readAmount(title, cell),
});

/** A day, or a month written `2026-03`. */
function readDayOrMonth(title: string, cell: Cell): Reading {
  const written = cell.date ?? (typeof cell.value === 'number' ? cell.value : cleanText(cell.text));
  if (written === '' || (typeof written === 'string' && isBlankMark(written))) return blank;
  const parsed = parseLooseDate(written);
  if (parsed.ok)
    return {
      isOk: true,
      value: parsed.precision === 'day' ? parsed.date.toString() : parsed.date.toString().slice(0, 7),
    };
  const message =
    parsed.reason === 'noSuchDate'
      ? `没有这一天，请核对${title}`
      : `看不懂这个${title}，请写成 2019-12-05、2019年12月5日或 2019年12月`;
  return { isOk: false, message };
}

const dayColumn = (key: string, title: string, synonyms: readonly string[], hint: string, example: string) => ({
  key,
  title,
  synonyms,
  isRequired: false,
  hint,
  example,
  read: (cell: Cell) => readDayOrMonth(title, cell),
});

/** Columns of bills: those of 腾讯海纳 first, then what other systems have of payments. */
export const billColumns: readonly ImportColumn[] = [
  fieldColumn(
    'address',
    text('房屋地址', 200, [
      '房号',
      '房屋',
      '房屋编号',
      '资源编号',
      '房间号',
      '房间',
      '房产',
      '收费对象',
      '地址',
      '资源名称',
    ]),
    { isRequired: true, hint: '如 1栋-1单元-101、1-1-101；车位写车位号，车辆写车牌', example: '1栋-1单元-101' },
  ),
  fieldColumn(
    'itemName',
    text('费用类型', 60, ['收费科目', '收费项目', '费用名称', '费用项目', '费项', '科目', '收费类型', '项目']),
    { isRequired: true, hint: '收费项目的名称；没有的归入“其它”', example: '物业费' },
  ),
  {
    ...amountColumn(
      'amount',
      '费用金额',
      ['应收金额', '应缴金额', '账单金额', '金额', '应收', '本金'],
      '元；超过两位小数的四舍五入到分',
      '275.80',
    ),
    isRequired: true,
  },
  dayColumn(
    'from',
    '开始时间',
    ['开始日期', '账期开始', '计费开始日期', '起始日期', '费用开始时间'],
    '如 2026年01月、2026-01-01；也可只写月份',
    '2026-01-01',
  ),
  dayColumn(
    'to',
    '结束时间',
    ['结束日期', '账期结束', '计费结束日期', '截止日期', '费用结束时间'],
    '最后一天，当天计费；不写按开始时间所在的月',
    '2026-01-31',
  ),
  dayColumn(
    'month',
    '计费月份',
    ['账期', '所属月份', '费用月份', '月份', '所属账期', '应收月份'],
    '如 202601；写了开始时间的不用填',
    '',
  ),
  dayColumn('dueOn', '应缴日期', ['最晚缴费日', '缴费截止日', '应收日期'], '不填按收费项目的规则', ''),
  amountColumn(
    'received',
    '已收金额',
    ['实收金额', '已缴金额', '实缴金额', '实收', '已收'],
    '元；填了就开历史收据。只填收款日期的按全额已收',
    '',
  ),
  dayColumn('paidOn', '收款日期', ['缴费日期', '付款日期', '支付日期', '收款时间', '缴费时间'], '当时收款的那一天', ''),
  fieldColumn('channel', text('收款方式', 40, ['支付方式', '缴费方式', '付款方式', '收款渠道', '支付渠道', '渠道']), {
    hint: '支付方式的名称，如 微信、现金',
    example: '',
  }),
  fieldColumn('payerName', text('付款人', 100, ['客户名称', '业主', '业主姓名', '交款人', '缴费人', '客户']), {
    hint: '印在历史收据上',
    example: '',
  }),
  fieldColumn('originalNumber', text('原收据号', 60, ['收据号', '票据号', '收据编号', '票据编号']), {
    hint: '记在历史收据的备注里',
    example: '',
  }),
  fieldColumn('note', text('备注', 500, ['说明', '备注说明']), { hint: '最多 500 个字', example: '' }),
];
