import { cleanText, parseDecimalText, toHalfWidth } from '@anlin/spreadsheet';
import type { Context } from '../../platform/context.ts';
import { type ImportedReading, importReadings, type JudgedImport, judgeImport } from '../metering/index.ts';
import { fieldColumn } from './field-column.ts';
import type { CellValue, Completed, ImportColumn, Importer, KeyedProblem, RowFailure, RowValues } from './importer.ts';

/** Months that may stand as headings of their own: this one and those before. */
const monthsBack = 36;

const dial = (key: string, title: string, synonyms: readonly string[], hint: string): ImportColumn => ({
  key,
  title,
  synonyms,
  isRequired: false,
  hint,
  example: '',
  read(cell) {
    const text = cleanText(cell.text);
    if (text === '' || /^[-—/]+$/.test(text)) return { isOk: true, value: null };
    const parsed = parseDecimalText(text);
    if (!parsed.isOk) return { isOk: false, message: `${title}应为数字，请改正` };
    if (parsed.value.startsWith('-')) return { isOk: false, message: `${title}不能小于 0` };
    if (!/^\d{1,10}(\.\d{1,3})?$/.test(parsed.value))
      return { isOk: false, message: `${title}最多 10 位整数、三位小数` };
    return { isOk: true, value: parsed.value };
  },
});

const monthKey = (month: string) => `month ${month}`;

function monthColumn(month: string): ImportColumn {
  const [year, number] = month.split('-');
  const short = String(Number(number));
  const synonyms = [
    `${year}年${short}月`,
    `${year}年${number}月`,
    `${year}/${number}`,
    `${year}/${short}`,
    `${year}.${number}`,
    `${year}${number}`,
  ];
  const column = dial(monthKey(month), month, synonyms, `${month} 的止度；没抄的留空`);
  return { ...column, isLeftOutOfTemplate: true };
}

const monthField: ImportColumn = {
  key: 'month',
  title: '月份',
  synonyms: ['抄表月份', '账期', '所属月份'],
  isRequired: false,
  hint: '如 2026-03、2026年3月；每月一列时不用填',
  example: '2026-03',
  read(cell) {
    const text = toHalfWidth(cell.date ?? cell.text).trim();
    if (text === '') return { isOk: true, value: null };
    const found = /^(\d{4})\s*[-/年.]?\s*(\d{1,2})\s*(月份?)?([-/.]\d{1,2})?$/.exec(text);
    const number = Number(found?.[2]);
    if (!found || number < 1 || number > 12) return { isOk: false, message: '看不懂这个月份，请写成 2026-03 的样子' };
    return { isOk: true, value: `${found[1]}-${String(number).padStart(2, '0')}` };
  },
};

const text = (label: string, maxLength: number, importTitles: readonly string[]) =>
  ({ kind: 'text', label, maxLength, importTitles }) as const;

function columnsFor(thisMonth: string): ImportColumn[] {
  const now = Temporal.PlainYearMonth.from(thisMonth);
  const months = Array.from({ length: monthsBack + 1 }, (_, back) => now.subtract({ months: back }).toString());
  return [
    fieldColumn('number', text('仪表编号', 40, ['表号', '水表编号', '电表编号', '表编号', '表具编号', '仪表号']), {
      isRequired: true,
      hint: '须已在“仪表”中',
      example: 'W00001',
    }),
    monthField,
    {
      ...dial(
        'current',
        '本期止度',
        ['本期读数', '本月止度', '本次读数', '本月读数', '本期度数'],
        '表盘上的数；没抄的留空',
      ),
      example: '687',
    },
    fieldColumn(
      'isRolledOver',
      { kind: 'boolean', label: '满转', importTitles: ['表满转', '是否满转', '过零'] },
      { hint: '表盘走满回到 0 填“是”', example: '否' },
    ),
    dial('closing', '旧表止度', ['换表旧表止度'], '换过表的填拆下时的读数'),
    dial('opening', '新表起度', ['换表新表起度'], '换过表的填新表装上时的读数'),
    fieldColumn('confirmation', text('确认说明', 200, ['说明', '异常说明']), {
      hint: '用量突增但确实无误时写明原因',
      example: '',
    }),
    fieldColumn('note', text('备注', 500, ['备注说明']), {
      hint: '写“表满转”“旧表止度 575，新表起度 0”也认得',
      example: '',
    }),
    ...months.map(monthColumn),
  ];
}

/** What a note in free words says of the dial. */
function readNote(note: string): { isRolledOver: boolean; closing?: string; opening?: string; monthNumber?: number } {
  const plain = toHalfWidth(note);
  const closing = /旧表(?:止度|止数|读数|底数)\s*[::]?\s*(\d+(?:\.\d{1,3})?)/.exec(plain)?.[1];
  const opening = /新表(?:起度|起数|底数|读数)\s*[::]?\s*(\d+(?:\.\d{1,3})?)/.exec(plain)?.[1];
  const monthNumber = /(\d{1,2})\s*月(?:份)?换表/.exec(plain)?.[1];
  return {
    isRolledOver: /满转|过零|走满/.test(plain),
    ...(closing === undefined ? {} : { closing }),
    ...(opening === undefined ? {} : { opening }),
    ...(monthNumber === undefined ? {} : { monthNumber: Number(monthNumber) }),
  };
}

function completeLine(values: RowValues, rowNumber: number): Completed<ImportedReading> {
  const wide = Object.entries(values).flatMap(([key, value]): ImportedReading['months'] =>
    key.startsWith('month ') && typeof value === 'string' ? [{ month: key.slice(6), current: value }] : [],
  );
  const { month, current } = values;
  const wrong = (key: string, message: string): { isOk: false; problems: KeyedProblem[] } => ({
    isOk: false,
    problems: [{ key, message }],
  });
  if (typeof current === 'string' && typeof month !== 'string') return wrong('month', '请填写月份');
  const long = typeof current === 'string' && typeof month === 'string' ? [{ month, current }] : [];
  const months = [...wide, ...long].toSorted((a, b) => (a.month < b.month ? -1 : 1));
  const number = String(values.number ?? '');
  const twice = months.find((one, index) => months[index + 1]?.month === one.month);
  if (months.length === 0) return wrong('current', '没有读数，请填写本期止度，或每月一列');
  if (twice) return wrong('month', `${twice.month} 有两个读数，请删去一个`);
  const note = readNote(String(values.note ?? ''));
  const closing = (values.closing as CellValue as string | null | undefined) ?? note.closing ?? null;
  const opening = (values.opening as CellValue as string | null | undefined) ?? note.opening ?? null;
  if ((closing === null) !== (opening === null))
    return wrong(closing === null ? 'closing' : 'opening', '换表须同时填写旧表止度和新表起度');
  const replacedMonth = months.find((one) => Number(one.month.slice(5)) === note.monthNumber)?.month ?? null;
  const row: ImportedReading = {
    row: rowNumber,
    number,
    months,
    isRolledOver: values.isRolledOver === true || note.isRolledOver,
    replaced: closing !== null && opening !== null ? { closing, opening, month: replacedMonth } : null,
    confirmation: String(values.confirmation ?? ''),
  };
  const label = long.length > 0 ? `${number} ${months[0]!.month}` : number;
  return { isOk: true, row, identity: label, label, identityKey: 'number' };
}

/** Months that were left out between others: the next reading holds more than one month. */
function gapsOf({ number, months }: ImportedReading): string[] {
  return months.flatMap(({ month }, index) => {
    const before = months[index - 1];
    if (!before) return [];
    const missed =
      Temporal.PlainYearMonth.from(before.month).until(Temporal.PlainYearMonth.from(month), { largestUnit: 'month' })
        .months - 1;
    return missed > 0
      ? [`${number} 在 ${before.month} 之后漏抄 ${missed} 个月，${month} 的用量是 ${missed + 1} 个月的`]
      : [];
  });
}

const mostGapsTold = 20;

/** Readings of meters (CHG-12), one month a line or a column for each month. Months that a person may head a column with follow the clock. */
export function meterReadingImporter(ctx: Pick<Context, 'clock'>): Importer<ImportedReading> {
  const columns = columnsFor(
    ctx.clock.now().toZonedDateTimeISO('Asia/Shanghai').toPlainDate().toPlainYearMonth().toString(),
  );
  const judge = async (context: Context, communityId: string | null, lines: ImportedReading[]) =>
    judgeImport(context, communityId ?? '', lines);
  return {
    kind: 'meterReading',
    columns,
    examine() {
      const gaps: string[] = [];
      return {
        complete(values, rowNumber) {
          const completed = completeLine(values, rowNumber);
          if (completed.isOk) gaps.push(...gapsOf(completed.row));
          return completed;
        },
        notices: () =>
          gaps.length > mostGapsTold
            ? [...gaps.slice(0, mostGapsTold), `另有 ${gaps.length - mostGapsTold} 处漏抄`]
            : gaps,
      };
    },
    async verify(context, target, rows) {
      const judged = await judge(
        context,
        target.communityId,
        rows.map((one) => one.row),
      );
      return {
        failures: judged.flatMap((line) => failureOf(columns, rows, line)),
        existing: judged.filter((line) => line.problem === null && line.isThere).map((line) => line.row),
      };
    },
    async apply(context, target, rows, policy) {
      const judged = await judge(
        context,
        target.communityId,
        rows.map((one) => one.row),
      );
      const good = judged.filter((line) => line.problem === null);
      const outcome = await importReadings(context, good, policy === 'replaceAndAdd' ? 'replace' : policy);
      const refused = judged.flatMap((line) => failureOf(columns, rows, line));
      const failures = outcome.failures.map(({ row, month, message }) => ({
        row,
        key: keyOf(rows, row, month),
        message,
      }));
      return { ...outcome, failures: [...refused, ...failures] };
    },
  };
}

type Rows = readonly { number: number; row: ImportedReading }[];

function failureOf(_: readonly ImportColumn[], rows: Rows, line: JudgedImport): RowFailure[] {
  if (!line.problem) return [];
  const { month, message } = line.problem;
  return [{ row: line.row, key: month === null ? 'number' : keyOf(rows, line.row, month), message }];
}

// The cell at fault: the month's own column, or the one of the line's reading.
function keyOf(rows: Rows, row: number, month: string): string {
  const line = rows.find((one) => one.number === row)?.row;
  return (line?.months.length ?? 0) > 1 ? monthKey(month) : 'current';
}
