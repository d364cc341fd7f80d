import { day, id } from '@anlin/contract';
import { z } from 'zod';
import { type Context, nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type Arrears, readArrears, resolveArrearsHolders, selectTargetsInArrears } from '../cashier/index.ts';
import { searchEstate } from '../estate/index.ts';
import type { LoadedDocument, PrintSource } from './print-source.ts';
import { readFilter } from './read-filter.ts';

const arrearsFilter = z.object({ communityId: id.optional(), buildingId: id.optional(), dueBefore: day.optional() });

/** Dunning notices: what houses owe as of a day, from bills and late fees as they are now. That one was printed is noted, for the history of its bills. */
export const dunningNoticeSource: PrintSource = {
  type: 'dunningNotice',
  note: notePrinted,
  read: async (ctx, ids, { asOf }) => (await readArrears(ctx, ids, asOf)).map(documentOf),
  resolve: resolveArrearsHolders,
  select: (ctx, filter, most) => selectTargetsInArrears(ctx, readFilter(arrearsFilter, filter), most),
  async find(ctx: Context, { communityId, q }) {
    const ids =
      q === '' ? await selectTargetsInArrears(ctx, { communityId }, 20) : await findTargets(ctx, q, communityId);
    return (await readArrears(ctx, ids)).slice(0, 20).map((one) => ({
      id: one.id,
      label: `${one.name} ${one.ownerName} 欠 ${one.totals.sum}`,
    }));
  },
};

async function notePrinted(ctx: Context, targetIds: readonly string[]): Promise<void> {
  await ctx.tx.run(sql`
    insert into dunning_print (company_id, id, community_id, target_id, printed_at, staff_id)
    select ${ctx.companyId}, n.id, t.community_id, n.target_id, ${nowText(ctx)}, ${ctx.actor.id}
    from unnest(${targetIds.map(() => ctx.newId())}::uuid[], ${[...targetIds]}::uuid[]) n (id, target_id)
    join charge_target t on t.company_id = ${ctx.companyId} and t.id = n.target_id`);
}

async function findTargets(ctx: Context, q: string, communityId: string | undefined): Promise<string[]> {
  const hits = await searchEstate(ctx, { q, communityId });
  return hits.map((hit) => hit.id);
}

function documentOf(arrears: Arrears): LoadedDocument {
  const { totals } = arrears;
  return {
    communityId: arrears.communityId,
    label: arrears.name,
    document: {
      id: arrears.id,
      fields: {
        companyName: arrears.companyName,
        communityName: arrears.communityName,
        servicePhone: arrears.servicePhone,
        houseName: arrears.name,
        ownerName: arrears.ownerName,
        area: arrears.area,
        asOf: arrears.asOf,
        billCount: String(arrears.lines.length),
        principalTotal: totals.outstanding,
        lateFeeTotal: totals.lateFee,
        total: totals.sum,
        totalInWords: arrears.totalInWords,
      },
      rows: arrears.lines.map((line, index) => ({
        sequence: String(index + 1),
        item: line.chargeItemName,
        houseName: line.targetName,
        period: line.periodText,
        dueOn: line.dueOn,
        receivable: line.receivable,
        received: line.received,
        outstanding: line.outstanding,
        lateFee: line.lateFee === '0.00' ? '' : line.lateFee,
        sum: line.sum,
        sentence: line.sentence,
      })),
      totals: {
        receivable: totals.receivable,
        received: totals.received,
        outstanding: totals.outstanding,
        lateFee: totals.lateFee,
        sum: totals.sum,
      },
    },
  };
}
