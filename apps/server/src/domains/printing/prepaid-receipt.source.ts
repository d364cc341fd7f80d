import { listReceipts as listEndpoint } from '@anlin/contract';
import { formatYuan, sumFen, toChineseAmount } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import {
  countPrepaidPrints,
  listReceipts,
  readPrepaidTopUps,
  readReceiptSlips,
  refusePrint,
  selectPrintableReceipts,
} from '../cashier/index.ts';
import { countedPapers } from './count-papers.ts';
import type { PrintSource } from './print-source.ts';
import { readFilter } from './read-filter.ts';
import { slipHead } from './slip-head.ts';

/** 预存收据: what a receipt put into prepaid, with what was given on top and the balance. It keeps a count of its own. */
export const prepaidReceiptSource: PrintSource = {
  type: 'prepaidReceipt',
  async read(ctx, ids, { reprints }) {
    const topUps = Map.groupBy(await readPrepaidTopUps(ctx, ids), (one) => one.receiptId);
    return (await readReceiptSlips(ctx, ids)).flatMap((slip) => {
      const lines = topUps.get(slip.id);
      if (!lines) return [];
      const totalFen = sumFen(lines.map((line) => line.paidFen));
      return [
        {
          communityId: slip.communityId,
          label: slip.number,
          document: {
            id: slip.id,
            fields: {
              ...slipHead(slip, reprints),
              total: formatYuan(totalFen),
              totalInWords: toChineseAmount(totalFen),
              tenders: slip.tenders.map(({ name }) => name).join('，'),
              note: slip.note,
            },
            rows: lines.map((line, index) => ({
              sequence: String(index + 1),
              item: line.accountName,
              houseName: line.houseName,
              sum: formatYuan(line.paidFen),
              given: formatYuan(line.givenFen),
              balance: formatYuan(line.balanceFen),
            })),
            totals: {
              sum: formatYuan(totalFen),
              given: formatYuan(sumFen(lines.map((line) => line.givenFen))),
              balance: formatYuan(sumFen(lines.map((line) => line.balanceFen))),
            },
          },
        },
      ];
    });
  },
  async select(ctx, filter, most) {
    return withTopUps(ctx, await selectPrintableReceipts(ctx, readFilter(listEndpoint.query, filter), most));
  },
  async find(ctx, { communityId, q }) {
    const { rows } = await listReceipts(ctx, { page: 1, pageSize: 50, communityId, ...(q === '' ? {} : { q }) });
    const ids = new Set(
      await withTopUps(
        ctx,
        rows.map((row) => row.id),
      ),
    );
    return rows
      .filter((row) => ids.has(row.id))
      .slice(0, 20)
      .map((row) => ({ id: row.id, label: `${row.number} ${row.targetName} ${row.payerName} ${row.total}` }));
  },
  count: async (ctx, ids) => countedPapers(ids, await countPrepaidPrints(ctx, ids)),
  async explainRefusal(ctx, id) {
    // A receipt without prepaid simply has no such paper.
    if ((await readPrepaidTopUps(ctx, [id])).length > 0) await refusePrint(ctx, id);
  },
};

async function withTopUps(ctx: Context, receiptIds: readonly string[]): Promise<string[]> {
  const topped = new Set((await readPrepaidTopUps(ctx, receiptIds)).map((one) => one.receiptId));
  return receiptIds.filter((id) => topped.has(id.toLowerCase()));
}
