import { arrearsDecisions, holdingDecisions } from '@anlin/contract';
import { formatYuan, parseYuan, sumFen, toChineseAmount } from '@anlin/money';
import { findHandovers, readHandoverSlips } from '../ownership/index.ts';
import type { PrintSource } from './print-source.ts';

/** 过户结清单: who handed a house to whom, what was owed, and what became of prepaid and deposits. */
export const handoverSlipSource: PrintSource = {
  type: 'handoverSlip',
  async read(ctx, ids) {
    return (await readHandoverSlips(ctx, ids)).map((slip) => {
      const sum = (read: (line: (typeof slip.holdings)[number]) => string) =>
        formatYuan(sumFen(slip.holdings.map((line) => parseYuan(read(line)))));
      return {
        communityId: slip.communityId,
        label: `${slip.houseName} ${slip.handedOverOn}`,
        document: {
          id: slip.id,
          fields: {
            companyName: slip.companyName,
            communityName: slip.communityName,
            servicePhone: slip.servicePhone,
            houseName: slip.houseName,
            formerOwners: slip.formerOwners.join('、'),
            newOwners: slip.newOwners.join('、'),
            handedOverOn: slip.handedOverOn,
            arrears: slip.arrearsSum === '0.00' ? '无' : `${slip.arrearsSum} 元，${arrearsDecisions[slip.arrears]}`,
            refundNumber: slip.refundNumber,
            refundTotal: slip.refundTotal ?? '',
            refundInWords: slip.refundTotal === null ? '' : toChineseAmount(parseYuan(slip.refundTotal)),
            doneBy: slip.doneBy,
            doneOn: slip.doneOn,
            note: slip.note,
          },
          rows: slip.holdings.map((line, index) => ({
            sequence: String(index + 1),
            item: line.label,
            houseName: line.targetLabel,
            held: line.amount,
            decision: line.decision === 'move' ? `转到 ${line.toLabel}` : holdingDecisions[line.decision],
            sum: line.moved,
          })),
          totals: { held: sum((line) => line.amount), sum: sum((line) => line.moved) },
        },
      };
    });
  },
  async select(ctx, { communityId, q = '' }, most) {
    return (await findHandovers(ctx, { communityId, q, most })).map((one) => one.id);
  },
  find: (ctx, query) => findHandovers(ctx, { ...query, most: 20 }),
};
