import { formatYuan, formatYuanGrouped, parseYuan, subtractFen, sumFen, toChineseAmount, zeroFen } from '@anlin/money';
import { countShiftPrints, findShifts, readShiftSlips, type ShiftSlip } from '../cashier/index.ts';
import { countedPapers } from './count-papers.ts';
import type { LoadedDocument, PrintSource } from './print-source.ts';
import { timeText } from './time-text.ts';

/** Shifts as the cashier domain shows them, to be signed by whoever hands over and whoever takes. */
export const shiftSlipSource: PrintSource = {
  type: 'shiftSlip',
  read: async (ctx, ids, { reprints }) =>
    (await readShiftSlips(ctx, ids)).map((slip) => documentOf(slip, reprints.has(slip.id))),
  select: async (ctx, { communityId, q = '' }, most) =>
    (await findShifts(ctx, { communityId, q }, most)).map((one) => one.id),
  find: async (ctx, query) =>
    (await findShifts(ctx, query, 20)).map((one) => ({ id: one.id, label: `${one.number} ${one.staffName}` })),
  count: async (ctx, ids) => countedPapers(ids, await countShiftPrints(ctx, ids)),
};

function documentOf(slip: ShiftSlip, isReprint: boolean): LoadedDocument {
  const total = (read: (line: ShiftSlip['figures'][number]) => string) =>
    formatYuan(sumFen(slip.figures.map((line) => parseYuan(read(line)))));
  const differenceFen = subtractFen(slip.countedFen, slip.expectedFen);
  return {
    communityId: slip.communityId,
    label: slip.number,
    document: {
      id: slip.id,
      fields: {
        companyName: slip.companyName,
        communityName: slip.communityName,
        servicePhone: slip.servicePhone,
        mark: isReprint ? '补打' : '',
        number: slip.number,
        staffName:
          slip.closedByName === slip.staffName ? slip.staffName : `${slip.staffName}（${slip.closedByName}代交）`,
        period: `${timeText(slip.fromAt)} 至 ${timeText(slip.untilAt)}`,
        closedAt: timeText(slip.closedAt),
        expected: formatYuan(slip.expectedFen),
        counted: formatYuan(slip.countedFen),
        countedInWords: slip.countedFen < zeroFen ? '' : toChineseAmount(slip.countedFen),
        difference: formatYuan(differenceFen),
        reason: slip.reason,
        handedTo: slip.handedTo,
        denominations: slip.denominations
          .map(({ name, count, amount }) => `${name} × ${count} = ${formatYuanGrouped(parseYuan(amount))}`)
          .join('；'),
        movementCount: String(slip.movementCount),
        note: slip.note,
      },
      rows: slip.figures.map((line) => ({
        method: line.name,
        count: String(line.count),
        received: line.received,
        returned: line.returned,
        expected: line.expected,
        counted: line.counted,
        difference: line.difference,
      })),
      totals: {
        received: total((line) => line.received),
        returned: total((line) => line.returned),
        expected: formatYuan(slip.expectedFen),
        counted: formatYuan(slip.countedFen),
        difference: formatYuan(differenceFen),
      },
    },
  };
}
