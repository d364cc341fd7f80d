import { listRefunds as listEndpoint } from '@anlin/contract';
import { formatYuan, formatYuanGrouped, parseYuan, sumFen, toChineseAmount } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import {
  countRefundPrints,
  listRefunds,
  readDepositReturns,
  readRefundSlips,
  selectRefunds,
} from '../cashier/index.ts';
import { countedPapers } from './count-papers.ts';
import type { PrintSource } from './print-source.ts';
import { readFilter } from './read-filter.ts';

type Returned = Awaited<ReturnType<typeof readDepositReturns>>[number];

/** 押金退还单: what a refund gave back of deposits, to be signed by whoever takes it. It is counted as the refund it is. */
export const depositRefundSlipSource: PrintSource = {
  type: 'depositRefundSlip',
  async read(ctx, ids, { reprints }) {
    const returns = Map.groupBy(await readDepositReturns(ctx, ids), (one) => one.refundId);
    return (await readRefundSlips(ctx, ids)).flatMap((refund) => {
      const lines = returns.get(refund.id);
      if (!lines) return [];
      const totalFen = sumFen(lines.map((line) => parseYuan(line.returned)));
      const sum = (read: (line: Returned) => string) => formatYuan(sumFen(lines.map((line) => parseYuan(read(line)))));
      return [
        {
          communityId: refund.communityId,
          label: refund.number,
          document: {
            id: refund.id,
            fields: {
              companyName: refund.companyName,
              communityName: refund.communityName,
              servicePhone: refund.servicePhone,
              mark: reprints.has(refund.id) ? '补打' : '',
              number: refund.number,
              houseName: refund.targetName,
              payeeName: refund.payeeName,
              refundedOn: refund.refundedOn,
              total: formatYuan(totalFen),
              totalInWords: toChineseAmount(totalFen),
              tenders: refund.tenders
                .map(({ name, amount }) => `${name} ${formatYuanGrouped(parseYuan(amount))}`)
                .join('，'),
              reason: refund.reason,
              staffName: refund.staffName,
            },
            rows: lines.map((line, index) => ({
              sequence: String(index + 1),
              item: line.itemName,
              receiptNumber: line.receiptNumber,
              takenOn: line.takenOn,
              taken: line.taken,
              sum: line.returned,
              left: line.left,
            })),
            totals: { taken: sum((line) => line.taken), sum: formatYuan(totalFen), left: sum((line) => line.left) },
          },
        },
      ];
    });
  },
  async select(ctx, filter, most) {
    return withDeposits(ctx, await selectRefunds(ctx, readFilter(listEndpoint.query, filter), most));
  },
  async find(ctx, { communityId, q }) {
    const { rows } = await listRefunds(ctx, { page: 1, pageSize: 50, communityId, ...(q === '' ? {} : { q }) });
    const ids = new Set(
      await withDeposits(
        ctx,
        rows.map((row) => row.id),
      ),
    );
    return rows
      .filter((row) => ids.has(row.id))
      .slice(0, 20)
      .map((row) => ({ id: row.id, label: `${row.number} ${row.targetName} ${row.payeeName} ${row.total}` }));
  },
  async count(ctx, ids) {
    const wanted = await withDeposits(ctx, ids);
    return countedPapers(wanted, await countRefundPrints(ctx, wanted));
  },
};

async function withDeposits(ctx: Context, refundIds: readonly string[]): Promise<string[]> {
  const returned = new Set((await readDepositReturns(ctx, refundIds)).map((one) => one.refundId));
  return refundIds.filter((id) => returned.has(id.toLowerCase()));
}
