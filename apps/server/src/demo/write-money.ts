import { createHash } from 'node:crypto';
import { listPaymentMethods } from '../domains/cashier/index.ts';
import type { Context } from '../platform/context.ts';
import { freshenStatistics } from '../platform/database/freshen-statistics.ts';
import { raw, type Sql, sql } from '../platform/database/sql.ts';
import type { Resident } from './draw-people.ts';
import type { Counter, NumberedReceipt } from './draw-records.ts';
import { instantText } from './history.ts';
import { insertRows } from './insert-rows.ts';
import type { DemoStaff } from './write-staff.ts';

export interface Money {
  receipts: readonly NumberedReceipt[];
  counters: readonly Counter[];
  payerByHouse: ReadonlyMap<string, Resident>;
  staff: DemoStaff;
}

/** Writes receipts with tenders and allocations, their reversals with the opposite allocations, and the counters of the numbers. */
export async function writeMoney(ctx: Context, { receipts, counters, payerByHouse, staff }: Money): Promise<void> {
  await writeReceipts(ctx, receipts, payerByHouse, staff);
  await writeAllocations(ctx, receipts);
  await freshenStatistics(ctx, ['allocation', 'bill', 'receipt', 'receipt_tender']);
  await writeIncome(ctx, receipts);
  await insertRows(
    ctx.tx,
    ctx.companyId,
    'number_counter',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.communityId],
      kind: ['text', () => 'receipt'],
      scope: ['text', (row) => row.scope],
      last_value: ['bigint', (row) => row.lastValue],
    },
    counters,
  );
}

async function writeReceipts(
  ctx: Context,
  receipts: readonly NumberedReceipt[],
  payerByHouse: Money['payerByHouse'],
  staff: DemoStaff,
): Promise<void> {
  const { tx, companyId } = ctx;
  await insertRows(
    tx,
    companyId,
    'receipt',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.payment.communityId],
      number: ['text', (row) => row.number],
      total_fen: ['bigint', (row) => row.payment.totalFen],
      cash_tendered_fen: ['bigint', (row) => row.payment.cashTenderedFen],
      change_fen: ['bigint', (row) => row.payment.changeFen],
      payer_name: ['text', ({ payment }) => (payment.houseId && payerByHouse.get(payment.houseId)?.name) || ''],
      target_kind: ['text', (row) => row.payment.targetKind],
      target_id: ['uuid', (row) => row.payment.targetId],
      received_on: ['date', (row) => row.payment.receivedOn],
      received_at: ['timestamptz', (row) => instantText(row.payment.atMs)],
      cashier_staff_id: ['uuid', (row) => staff.idOf(row.payment.cashierKey)],
      idempotency_key: ['text', (row) => `demo-${row.number}`],
      // Nobody holds these keys, so no request can repeat them; the hash only has to be there.
      request_hash: ['bytea', (row) => `\\x${createHash('sha256').update(row.number).digest('hex')}`],
      reversed_at: ['timestamptz', ({ payment }) => (payment.reversal ? instantText(payment.reversal.atMs) : null)],
      print_count: ['int', () => 1],
    },
    receipts,
  );
  const methodIds = new Map((await listPaymentMethods(ctx)).map((method) => [method.key, method.id]));
  const tenders = receipts.flatMap((receipt) =>
    receipt.payment.tenders.map((one) => ({ ...one, receipt, id: ctx.newId() })),
  );
  await insertRows(
    tx,
    companyId,
    'receipt_tender',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.receipt.payment.communityId],
      receipt_id: ['uuid', (row) => row.receipt.id],
      payment_method_id: ['uuid', (row) => methodIds.get(row.method)!],
      amount_fen: ['bigint', (row) => row.amountFen],
    },
    tenders,
  );
  const reversed = receipts.filter((receipt) => receipt.payment.reversal !== null);
  await insertRows(
    tx,
    companyId,
    'receipt_reversal',
    {
      id: ['uuid', (row) => row.reversalId],
      community_id: ['uuid', (row) => row.payment.communityId],
      receipt_id: ['uuid', (row) => row.id],
      reason: ['text', (row) => row.payment.reversal!.reason],
      reversed_on: ['date', (row) => row.payment.receivedOn],
      reversed_at: ['timestamptz', (row) => instantText(row.payment.reversal!.atMs)],
      staff_id: ['uuid', (row) => staff.idOf(row.payment.cashierKey)],
    },
    reversed,
  );
}

async function writeAllocations(ctx: Context, receipts: readonly NumberedReceipt[]): Promise<void> {
  const allocations = receipts.flatMap((receipt) =>
    receipt.payment.parts.flatMap((part) => {
      const row = { ...part, receipt, reversalId: null as string | null, id: ctx.newId() };
      if (receipt.reversalId === null) return [row];
      const opposite = {
        principalFen: -part.principalFen,
        lateFeeFen: -part.lateFeeFen,
        reversalId: receipt.reversalId,
      };
      return [row, { ...row, ...opposite, id: ctx.newId() }];
    }),
  );
  await insertRows(
    ctx.tx,
    ctx.companyId,
    'allocation',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.receipt.payment.communityId],
      receipt_id: ['uuid', (row) => row.receipt.id],
      receipt_reversal_id: ['uuid', (row) => row.reversalId],
      bill_id: ['uuid', (row) => row.bill.id],
      principal_fen: ['bigint', (row) => row.principalFen],
      late_fee_fen: ['bigint', (row) => row.lateFeeFen],
      // What the trigger would look up row by row.
      day: ['date', (row) => row.receipt.payment.receivedOn],
      charge_item_id: ['uuid', (row) => row.bill.binding.standard.item.id],
      target_kind: ['text', (row) => row.bill.binding.targetKind],
      target_id: ['uuid', (row) => row.bill.binding.targetId],
      bill_month: ['date', (row) => `${row.bill.periodFrom.slice(0, 7)}-01`],
    },
    allocations,
  );
}

const incomeColumns: Sql =
  raw(`company_id, community_id, document_id, receipt_id, receipt_tender_id, kind, source, target_kind, target_id, day, at,
  payment_method_id, staff_id, amount_fen, principal_fen, late_fee_fen, prepaid_fen, deposit_fen, other_fen, part_item_ids, part_months, part_kinds, part_fen`);

/**
 * The income detail of all receipts: those of one sum of money for bills in one statement, the others receipt by receipt. The trigger, which
 * would write each by itself, leaves what is there; `verify` compares all with their documents.
 */
async function writeIncome(ctx: Context, receipts: readonly NumberedReceipt[]): Promise<void> {
  const ids = receipts.map(({ id }) => id);
  await ctx.tx.run(sql`
    insert into income_movement (${incomeColumns})
    select r.company_id, r.community_id, r.id, r.id, t.id, 'receipt', 'money', r.target_kind, r.target_id, r.received_on, r.received_at,
      t.payment_method_id, r.cashier_staff_id, t.fen, p.principal_fen, p.late_fee_fen, 0, 0, 0, p.item_ids, p.months, p.kinds, p.fens
    from (select receipt_id, (array_agg(id))[1] as id, (array_agg(payment_method_id))[1] as payment_method_id, sum(amount_fen)::bigint as fen
        from receipt_tender where company_id = ${ctx.companyId} group by 1 having count(*) = 1) t
      join receipt r on r.company_id = ${ctx.companyId} and r.id = t.receipt_id
      join payment_method k on k.company_id = r.company_id and k.id = t.payment_method_id and k.source = 'money'
      join (select receipt_id, sum(fen) as fen, coalesce(sum(fen) filter (where rank = 1), 0)::bigint as principal_fen,
          coalesce(sum(fen) filter (where rank = 2), 0)::bigint as late_fee_fen, array_agg(item_id order by rank, month, item_id) as item_ids,
          array_agg(month order by rank, month, item_id) as months, array_agg(kind order by rank, month, item_id) as kinds,
          array_agg(fen order by rank, month, item_id) as fens
        from (select a.receipt_id, a.charge_item_id as item_id, a.bill_month as month, x.kind, x.rank, sum(x.fen)::bigint as fen
          from allocation a cross join lateral (values ('principal', 1, a.principal_fen), ('lateFee', 2, a.late_fee_fen)) x (kind, rank, fen)
          where a.company_id = ${ctx.companyId} and a.kind = 'receipt' and a.offset_fen = 0 and x.fen > 0 group by 1, 2, 3, 4, 5) piece
        group by 1) p on p.receipt_id = t.receipt_id and p.fen = t.fen
    where r.id = any (${ids}::uuid[])`);
  await ctx.tx.run(sql`
    with rest as materialized (select r.* from receipt r where r.company_id = ${ctx.companyId} and r.id = any (${ids}::uuid[])
      and not exists (select from income_movement m where m.company_id = r.company_id and m.document_id = r.id))
    insert into income_movement (${incomeColumns})
    select r.company_id, r.community_id, r.id, r.id, i.receipt_tender_id, 'receipt', i.source, r.target_kind, r.target_id, r.received_on, r.received_at,
      i.payment_method_id, r.cashier_staff_id, i.amount_fen, i.principal_fen, i.late_fee_fen, i.prepaid_fen, i.deposit_fen, i.other_fen,
      i.part_item_ids, i.part_months, i.part_kinds, i.part_fen
    from rest r cross join lateral income_of_receipt(r.company_id, r.id) i`);
}
