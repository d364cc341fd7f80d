import { estateFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { forgetTitles } from './forget-titles.ts';
import { lockResident, tiesOf } from './lock-resident.ts';
import { maskName, recordDeletion } from './resident-deletion.ts';
import { forgetFilesOf } from './resident-files.ts';

/**
 * Removes a record that was a mistake, with its stays. Whoever lived where bills were raised stays on record: they move
 * out instead, or are erased.
 * Errors: resource.notFound, resident.erased, resident.elsewhere, resident.hasMoney, resource.inUse.
 */
export async function deleteResident(ctx: Context, input: { id: string; reason: string }): Promise<void> {
  const { companyId } = ctx;
  const resident = await lockResident(ctx, input.id);
  const ties = await tiesOf(ctx, input.id);
  if (!ties.isSeenWhole) throw estateFail('resident.elsewhere', { action: '删除' });
  const billed = await ctx.tx.first<{ full_name: string }>(sql`select h.full_name from occupancy o
      join house h on h.company_id = o.company_id and h.id = o.house_id
    where o.company_id = ${companyId} and o.resident_id = ${input.id}
      and (exists (select 1 from bill b where b.company_id = h.company_id and b.target_id = h.id)
        or exists (select 1 from receipt r where r.company_id = h.company_id and r.target_id = h.id)) limit 1`);
  if (billed) throw estateFail('resident.hasMoney', { name: resident.name, house: billed.full_name });
  await recordDeletion(ctx, {
    residentId: input.id,
    kind: 'deleted',
    maskedName: maskName(resident.name),
    reason: input.reason,
  });
  await recordAudit(ctx, { action: 'resident.delete', targetKind: 'resident', targetId: input.id });
  await ctx.tx.run(
    sql`delete from resident_invitation where company_id = ${companyId} and (inviter_resident_id = ${input.id} or resident_id = ${input.id})`,
  );
  await ctx.tx.run(sql`delete from move_in_application where company_id = ${companyId} and resident_id = ${input.id}`);
  await forgetFilesOf(ctx, input.id);
  await forgetTitles(ctx, input.id);
  try {
    await ctx.tx.run(sql`delete from occupancy where company_id = ${companyId} and resident_id = ${input.id}`);
    await removeRow(ctx, input.id);
  } catch (error) {
    if ((error as { code?: string }).code !== '23503') throw error;
    throw platformFail('resource.inUse', { label: '住户', users: '其他记录' });
  }
}

/** Without a stay the record is seen by nobody whose scope is some communities; deleting by id alone needs no sight of it. */
export async function removeRow(ctx: Context, id: string): Promise<void> {
  await ctx.tx.rows(sql`select remove_resident(${id})`);
}
