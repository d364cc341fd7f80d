import { formatYuan, toChineseAmount } from '@anlin/money';
import {
  countDepositPrints,
  depositsOf,
  findDepositPapers,
  readDepositPapers,
  refuseDepositPrint,
} from '../cashier/index.ts';
import { countedPapers } from './count-papers.ts';
import type { PrintSource } from './print-source.ts';

/** 押金收据: one deposit, to be handed in when it is given back. */
export const depositReceiptSource: PrintSource = {
  type: 'depositReceipt',
  async read(ctx, ids, { reprints }) {
    return (await readDepositPapers(ctx, ids)).map((deposit) => ({
      communityId: deposit.communityId,
      label: `${deposit.number} ${deposit.itemName}`,
      document: {
        id: deposit.id,
        fields: {
          companyName: deposit.companyName,
          communityName: deposit.communityName,
          servicePhone: deposit.servicePhone,
          mark: reprints.has(deposit.id) ? '补打' : '',
          number: deposit.number,
          houseName: deposit.houseName,
          holderName: deposit.holderName,
          takenOn: deposit.takenOn,
          total: formatYuan(deposit.takenFen),
          totalInWords: toChineseAmount(deposit.takenFen),
          tenders: deposit.tenders,
          cashierName: deposit.cashierName,
          note: deposit.note,
        },
        rows: [
          {
            sequence: '1',
            item: deposit.itemName,
            holderName: deposit.holderName,
            note: deposit.note,
            sum: formatYuan(deposit.takenFen),
          },
        ],
        totals: { sum: formatYuan(deposit.takenFen) },
      },
    }));
  },
  resolve: (ctx, ids) => depositsOf(ctx, ids),
  async select(ctx, { communityId, q = '' }, most) {
    return (await findDepositPapers(ctx, { communityId, q, most })).map((one) => one.id);
  },
  find: (ctx, query) => findDepositPapers(ctx, { ...query, most: 20 }),
  count: async (ctx, ids) => countedPapers(ids, await countDepositPrints(ctx, ids)),
  explainRefusal: refuseDepositPrint,
};
