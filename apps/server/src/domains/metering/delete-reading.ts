import { meteringFail, platformFail } from '@anlin/contract';
import { fen, formatYuanGrouped } from '@anlin/money';
import { z } from 'zod';
import { defineApprovable } from '../../platform/approvals/approvable.ts';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { voidBillsOf } from './drop-bills.ts';
import { followNext } from './follow-next.ts';
import { lockMeters } from './meter-facts.ts';

interface ReadingRow {
  id: string;
  version: number;
  meter_id: string;
  community_id: string;
  number: string;
  status: string;
  month: string;
  current: string;
  usage: string;
  bill_id: string | null;
  is_paid: boolean;
  receivable_fen: bigint | null;
}

/** The reading under the lock of its meter, or why it may not be deleted. */
async function lockDeletable(ctx: Context, id: string): Promise<ReadingRow> {
  const place = await ctx.tx.first<{ meter_id: string }>(
    sql`select meter_id from meter_reading where company_id = ${ctx.companyId} and id = ${id}`,
  );
  if (!place) throw platformFail('resource.notFound', { label: '抄表记录' });
  await lockMeters(ctx, [place.meter_id]);
  const row = await ctx.tx.first<ReadingRow>(sql`
    select r.id, r.version, r.meter_id, r.community_id, m.number, m.status, to_char(r.month, 'YYYY-MM') "month", trim_scale(r.current)::text current,
      trim_scale(r.usage)::text usage, b.id bill_id, b.received_fen + b.late_fee_received_fen + b.discount_fen + b.waived_fen > 0 is_paid, b.receivable_fen
    from meter_reading r join meter m on m.company_id = r.company_id and m.id = r.meter_id
    left join bill b on b.company_id = r.company_id and b.meter_reading_id = r.id and b.voided_at is null
    where r.company_id = ${ctx.companyId} and r.id = ${id} for no key update of r`);
  if (!row) throw platformFail('resource.notFound', { label: '抄表记录' });
  if (row.status === 'replaced') throw meteringFail('meterReading.replacedMeter', { number: row.number });
  if (row.bill_id && row.is_paid) throw meteringFail('meterReading.paid', { number: row.number, month: row.month });
  return row;
}

/** Deletes a reading; its unpaid bill is voided, and the next reading begins where the one before ended. */
async function deleteReading(ctx: Context, { id }: { id: string }): Promise<{ ok: true }> {
  const reading = await lockDeletable(ctx, id);
  if (reading.bill_id) await voidBillsOf(ctx, [reading.bill_id], `删除 ${reading.month} 的读数`);
  await ctx.tx.run(sql`delete from meter_reading where company_id = ${ctx.companyId} and id = ${id}`);
  await followNext(ctx, { id: reading.meter_id, number: reading.number }, reading.month);
  await recordAudit(ctx, {
    action: 'meterReading.delete',
    targetKind: 'meterReading',
    targetId: id,
    targetLabel: `${reading.number} ${reading.month}`,
    communityId: reading.community_id,
    before: { current: reading.current, usage: reading.usage, billVoided: reading.bill_id !== null },
  });
  return { ok: true };
}

/** Deleting a reading takes a bill back, so a company can ask for approval of it as of voiding. */
export const readingDeletion = defineApprovable({
  key: 'meterReading.delete',
  label: '删除抄表记录',
  permission: 'meterReading.delete',
  hasAmount: true,
  input: z.object({ id: z.string() }),
  async facts(ctx, { id }) {
    const reading = await lockDeletable(ctx, id);
    const sum = fen(reading.receivable_fen ?? 0n);
    const what = reading.bill_id ? `，并作废它的账单 ${formatYuanGrouped(sum)} 元` : '';
    return {
      communityIds: [reading.community_id],
      targetKind: 'meterReading',
      targetIds: [id],
      targetLabel: `${reading.number} ${reading.month}`,
      amountFen: sum,
      summary: `删除仪表 ${reading.number} 在 ${reading.month} 的读数${what}`,
      changes: [
        { label: '止度', before: reading.current, after: '' },
        { label: '用量', before: reading.usage, after: '' },
      ],
      basis: { id, version: reading.version, billId: reading.bill_id },
    };
  },
  apply: deleteReading,
});
