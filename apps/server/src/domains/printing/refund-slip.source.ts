import { listRefunds as listEndpoint } from '@anlin/contract';
import { formatYuan, formatYuanGrouped, parseYuan, sumFen } from '@anlin/money';
import { countRefundPrints, listRefunds, readRefundSlips, selectRefunds } from '../cashier/index.ts';
import { countedPapers } from './count-papers.ts';
import type { LoadedDocument, PrintSource } from './print-source.ts';
import { readFilter } from './read-filter.ts';

/** Refunds as the cashier domain shows them, to be signed by whoever takes the money. */
export const refundSlipSource: PrintSource = {
  type: 'refundSlip',
  read: async (ctx, ids, { reprints }) =>
    (await readRefundSlips(ctx, ids)).map((refund) => documentOf(refund, reprints.has(refund.id))),
  select: (ctx, filter, most) => selectRefunds(ctx, readFilter(listEndpoint.query, filter), most),
  async find(ctx, { communityId, q }) {
    const { rows } = await listRefunds(ctx, { page: 1, pageSize: 20, communityId, ...(q === '' ? {} : { q }) });
    return rows.map((row) => ({ id: row.id, label: `${row.number} ${row.targetName} ${row.payeeName} ${row.total}` }));
  },
  count: async (ctx, ids) => countedPapers(ids, await countRefundPrints(ctx, ids)),
};

function documentOf(refund: Awaited<ReturnType<typeof readRefundSlips>>[number], isReprint: boolean): LoadedDocument {
  const total = (read: (line: (typeof refund.lines)[number]) => string) =>
    formatYuan(sumFen(refund.lines.map((line) => parseYuan(read(line)))));
  return {
    communityId: refund.communityId,
    label: refund.number,
    document: {
      id: refund.id,
      fields: {
        companyName: refund.companyName,
        communityName: refund.communityName,
        servicePhone: refund.servicePhone,
        mark: isReprint ? '补打' : '',
        number: refund.number,
        receiptNumber: refund.receiptNumber,
        houseName: refund.targetName,
        payeeName: refund.payeeName,
        refundedOn: refund.refundedOn,
        total: refund.total,
        totalInWords: refund.totalInWords,
        tenders: refund.tenders.map(({ name, amount }) => `${name} ${formatYuanGrouped(parseYuan(amount))}`).join('，'),
        reason: refund.reason,
        staffName: refund.staffName,
      },
      rows: refund.lines.map((line, index) => ({
        sequence: String(index + 1),
        item: line.label,
        houseName: line.targetName,
        principal: line.principal,
        lateFee: line.lateFee === '0.00' ? '' : line.lateFee,
        sum: line.sum,
      })),
      totals: {
        principal: total((line) => line.principal),
        lateFee: total((line) => line.lateFee),
        sum: refund.total,
      },
    },
  };
}
