import type { TargetKind } from '@anlin/contract';
import {
  type EndpointReply,
  type LedgerListing,
  type listChargeLedger as listEndpoint,
  type openLedgerTarget as openEndpoint,
  platformFail,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { allowManyGroups } from '../../platform/database/group-memory.ts';
import { sql } from '../../platform/database/sql.ts';
import { type LedgerSqlRow, readTotals, selectLedger, viewLedgerRow, viewSums } from './charge-ledger.queries.ts';

/** A page of groups with the totals over all that match (FIN-2). */
export async function listChargeLedger(
  ctx: Context,
  { page, pageSize, ...listing }: LedgerListing & { page: number; pageSize: number },
): Promise<EndpointReply<typeof listEndpoint>> {
  await allowManyGroups(ctx.tx);
  const rows = await ctx.tx.ad<LedgerSqlRow>(
    selectLedger(ctx, listing, sql`limit ${pageSize} offset ${(page - 1) * pageSize}`),
  );
  const [first] = rows;
  return {
    rows: rows.filter((row) => row.key !== null).map(viewLedgerRow),
    total: first!.groups,
    totals: viewSums(readTotals(first!)),
  };
}

/** One target by charge item, each with its oldest unpaid month. 404 when it is not within the scope. */
export async function openLedgerTarget(
  ctx: Context,
  input: { targetId: string } & Pick<LedgerListing, 'chargeItemId' | 'monthFrom' | 'monthTo'>,
): Promise<EndpointReply<typeof openEndpoint>> {
  const target = await ctx.tx.first<{ label: string; kind: TargetKind }>(sql`
    select name as label, kind from charge_target where company_id = ${ctx.companyId} and id = ${input.targetId}`);
  if (!target) throw platformFail('resource.notFound', { label: '收费对象' });
  const { rows, totals } = await listChargeLedger(ctx, {
    ...input,
    groupBy: 'item',
    sort: 'label',
    page: 1,
    pageSize: 500,
  });
  return { label: target.label, targetKind: target.kind, items: rows, totals };
}
