import { listReceipts as listEndpoint } from '@anlin/contract';
import { formatYuan, formatYuanGrouped, parseYuan, sumFen, toChineseAmount } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import {
  countPrints,
  listReceipts,
  type ReceiptSlip,
  readReceiptSlips,
  refusePrint,
  selectPrintableReceipts,
} from '../cashier/index.ts';
import { countedPapers } from './count-papers.ts';
import type { LoadedDocument, PrintOptions, PrintSource } from './print-source.ts';
import { readFilter } from './read-filter.ts';
import { slipHead } from './slip-head.ts';
import { timeText } from './time-text.ts';

const grouped = (yuan: string) => formatYuanGrouped(parseYuan(yuan));
const isZero = (yuan: string) => yuan === '0.00';

/** Receipts as the cashier domain shows them. Zero late fees are left blank, so that the column only speaks where it says something. */
export const receiptSource: PrintSource = {
  type: 'receipt',
  async read(ctx, ids, options) {
    const slips = await readReceiptSlips(ctx, ids);
    return slips.flatMap((slip) =>
      (options.split === 'bill' ? splitSlip(slip) : [slip]).map((one) => documentOf(one, options)),
    );
  },
  select: (ctx, filter, most) => selectPrintableReceipts(ctx, readFilter(listEndpoint.query, filter), most),
  async find(ctx: Context, { communityId, q }) {
    const { rows } = await listReceipts(ctx, { page: 1, pageSize: 20, communityId, ...(q === '' ? {} : { q }) });
    return rows.map((row) => ({ id: row.id, label: `${row.number} ${row.targetName} ${row.payerName} ${row.total}` }));
  },
  count: async (ctx, ids) => countedPapers(ids, await countPrints(ctx, ids)),
  explainRefusal: refusePrint,
};

/** A receipt as one slip for each of its lines; together they say what the receipt says, and each names it. */
function splitSlip(slip: ReceiptSlip): ReceiptSlip[] {
  const count = slip.lines.length + slip.otherLines.length;
  if (count < 2) return [slip];
  const name = slip.tenders.map((tender) => tender.name).join('、');
  const part = (place: number, sum: string, of: Partial<ReceiptSlip>): ReceiptSlip => ({
    ...slip,
    number: `${slip.number}（${place}/${count}）`,
    total: sum,
    totalInWords: toChineseAmount(parseYuan(sum)),
    tenders: [{ name, amount: sum, reference: '' }],
    change: '0.00',
    lateFeeTotal: '0.00',
    reducedTotal: '0.00',
    note: [`本收据共 ${count} 张，合计 ${grouped(slip.total)} 元`, slip.note].filter((text) => text !== '').join('；'),
    lines: [],
    otherLines: [],
    ...of,
  });
  return [
    ...slip.lines.map((line, index) =>
      part(index + 1, line.sum, { lines: [line], targetName: line.targetName, lateFeeTotal: line.lateFee }),
    ),
    ...slip.otherLines.map((line, index) => part(slip.lines.length + index + 1, line.amount, { otherLines: [line] })),
  ];
}

function documentOf(slip: ReceiptSlip, { reprints }: PrintOptions): LoadedDocument {
  const hasSeveralTargets = new Set(slip.lines.map((line) => line.targetName)).size > 1;
  return {
    communityId: slip.communityId,
    label: slip.number,
    document: {
      id: slip.id,
      fields: {
        ...slipHead(slip, reprints),
        receivedAt: timeText(slip.receivedAt),
        total: slip.total,
        totalInWords: slip.totalInWords,
        lateFeeTotal: slip.lateFeeTotal,
        tenders: slip.tenders
          .map(
            ({ name, amount, reference }) => `${name} ${grouped(amount)}${reference === '' ? '' : `（${reference}）`}`,
          )
          .join('，'),
        cash: isZero(slip.change) ? '' : `收现金 ${grouped(slip.cashTendered)}，找零 ${grouped(slip.change)}`,
        note: [
          ...(isZero(slip.reducedTotal) ? [] : [`本次优惠 ${grouped(slip.reducedTotal)} 元`]),
          ...(slip.note === '' ? [] : [slip.note]),
        ].join('；'),
      },
      rows: [...slip.lines.map((line) => billRow(line, hasSeveralTargets)), ...slip.otherLines.map(otherRow)].map(
        (row, index) => ({ sequence: String(index + 1), ...row }),
      ),
      totals: {
        sum: slip.total,
        lateFee: slip.lateFeeTotal,
        principal: formatYuan(sumFen(slip.lines.map((line) => parseYuan(line.principal)))),
      },
    },
  };
}

/** A bill on the paper; what was given up, and that only a part was paid, stands below how it was computed. */
function billRow(line: ReceiptSlip['lines'][number], hasSeveralTargets: boolean): Record<string, string> {
  return {
    item: hasSeveralTargets ? `${line.chargeItemName}\n${line.targetName}` : line.chargeItemName,
    houseName: line.targetName,
    standardName: line.chargeStandardName,
    period: line.periodText,
    sentence: [line.sentence, line.reduction].filter((text) => text !== '').join('\n'),
    principal: line.principal,
    lateFee: isZero(line.lateFee) ? '' : line.lateFee,
    sum: line.sum,
  };
}

/** Prepaid, a deposit or other income on the paper. */
function otherRow(line: ReceiptSlip['otherLines'][number]): Record<string, string> {
  return {
    item: line.name,
    houseName: '',
    standardName: '',
    period: '',
    sentence: line.description,
    principal: '',
    lateFee: '',
    sum: line.amount,
  };
}
