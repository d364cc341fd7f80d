import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { lockBills, writeVoids } from '../charging/index.ts';

export interface BillsTakenBack {
  deleted: number;
  restored: number;
}

const reason = '撤销导入';

/**
 * Takes back the bills of an import by documents: receipts it brought are reversed, its bills voided, and bills it took
 * the place of come back. Refused, with the reason as text, when anything was done with one of them since.
 */
export async function undoImportedBills(
  ctx: Context,
  importId: string,
): Promise<{ isDone: true; counts: BillsTakenBack } | { isDone: false; blockers: string }> {
  const receipts = await ctx.tx.rows<{ id: string; community_id: string; is_reversed: boolean }>(sql`
    select r.id, r.community_id, r.reversed_at is not null as is_reversed from receipt r
    where r.company_id = ${ctx.companyId} and r.id in (select receipt_id from imported_bill
      where company_id = ${ctx.companyId} and import_batch_id = ${importId} and receipt_id is not null)
    order by r.id for no key update of r`);
  const rows = await ctx.tx.rows<{
    bill_id: string;
    replaced_bill_id: string | null;
  }>(sql`select bill_id, replaced_bill_id
    from imported_bill where company_id = ${ctx.companyId} and import_batch_id = ${importId} order by bill_id`);
  const billIds = rows.map((row) => row.bill_id);
  const replacedIds = rows.flatMap((row) => row.replaced_bill_id ?? []);
  await lockBills(ctx, [...billIds, ...replacedIds]);
  const blockers = await findBlockers(ctx, importId);
  if (receipts.some((one) => one.is_reversed)) blockers.push('导入的收据已有撤销的');
  if (blockers.length > 0) return { isDone: false, blockers: blockers.join('；') };
  if (receipts.length > 0) await reverseReceipts(ctx, importId);
  await writeVoids(ctx, billIds, reason);
  if (replacedIds.length > 0) await restoreReplaced(ctx, replacedIds);
  return { isDone: true, counts: { deleted: billIds.length, restored: replacedIds.length } };
}

async function findBlockers(ctx: Context, importId: string): Promise<string[]> {
  const row = await ctx.tx.first<{ paid: number; reduced: number; voided: number; edited: number }>(sql`
    select count(*) filter (where paid.exists)::int as paid, count(*) filter (where b.voided_at is not null)::int as voided,
      count(*) filter (where b.discount_fen + b.waived_fen + b.late_fee_waived_fen + b.refunded_fen > 0)::int as reduced,
      count(*) filter (where edited.exists)::int as edited
    from imported_bill i join bill b on b.company_id = i.company_id and b.id = i.bill_id
    cross join lateral (select exists (select from allocation a where a.company_id = i.company_id and a.bill_id = i.bill_id
      and (a.receipt_id is distinct from i.receipt_id or a.kind <> 'receipt'))) paid
    cross join lateral (select exists (select from bill_edit e where e.company_id = i.company_id and e.bill_id = i.bill_id)) edited
    where i.company_id = ${ctx.companyId} and i.import_batch_id = ${importId}`);
  const texts: [number | undefined, string][] = [
    [row?.paid, '在导入后收过款'],
    [row?.reduced, '在导入后有优惠、减免或退款'],
    [row?.edited, '在导入后被修改过'],
    [row?.voided, '在导入后被作废'],
  ];
  return texts.flatMap(([count, text]) => (count ? [`账单 ${count.toLocaleString('zh-CN')} 条${text}`] : []));
}

async function reverseReceipts(ctx: Context, importId: string): Promise<void> {
  const own = sql`select i.bill_id, i.receipt_id, i.community_id from imported_bill i
    where i.company_id = ${ctx.companyId} and i.import_batch_id = ${importId} and i.receipt_id is not null`;
  // One instant on the receipt and on its document: `verify` compares them.
  const now = nowText(ctx);
  await ctx.tx.run(sql`
    insert into receipt_reversal (company_id, id, community_id, receipt_id, reason, reversed_on, reversed_at, staff_id)
    select ${ctx.companyId}, gen_random_uuid(), o.community_id, o.receipt_id, ${reason}, (${now}::timestamptz at time zone c.time_zone)::date,
      ${now}, ${ctx.actor.id}
    from (${own}) o join community c on c.company_id = ${ctx.companyId} and c.id = o.community_id`);
  await ctx.tx.run(sql`
    insert into allocation (company_id, id, community_id, receipt_id, receipt_reversal_id, bill_id, principal_fen, late_fee_fen)
    select a.company_id, gen_random_uuid(), a.community_id, a.receipt_id, v.id, a.bill_id, -a.principal_fen, -a.late_fee_fen
    from (${own}) o join allocation a on a.company_id = ${ctx.companyId} and a.receipt_id = o.receipt_id and a.kind = 'receipt'
    join receipt_reversal v on v.company_id = a.company_id and v.receipt_id = a.receipt_id`);
  await ctx.tx.run(sql`update receipt r set reversed_at = ${now} from (${own}) o
    where r.company_id = ${ctx.companyId} and r.id = o.receipt_id`);
  await ctx.tx.run(
    sql`update bill b set received_fen = 0 from (${own}) o where b.company_id = ${ctx.companyId} and b.id = o.bill_id`,
  );
}

async function restoreReplaced(ctx: Context, billIds: readonly string[]): Promise<void> {
  await ctx.tx.run(sql`
    insert into bill_restoration (company_id, id, community_id, bill_id, bill_void_id, receivable_fen, reason, restored_on, restored_at, staff_id)
    select v.company_id, gen_random_uuid(), v.community_id, v.bill_id, v.id, v.receivable_fen, ${reason},
      (${nowText(ctx)}::timestamptz at time zone c.time_zone)::date, ${nowText(ctx)}, ${ctx.actor.id}
    from bill_void v join community c on c.company_id = v.company_id and c.id = v.community_id
    where v.company_id = ${ctx.companyId} and v.bill_id = any (${[...billIds]}::uuid[])
      and not exists (select from bill_restoration r where r.company_id = v.company_id and r.bill_void_id = v.id)`);
  await ctx.tx.run(
    sql`update bill set voided_at = null where company_id = ${ctx.companyId} and id = any (${[...billIds]}::uuid[])`,
  );
}
