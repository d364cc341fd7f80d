import { estateFail } from '@anlin/contract';
import { fen, formatYuan } from '@anlin/money';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { forgetFiles } from '../../platform/files/forget-files.ts';
import { forgetTitles } from './forget-titles.ts';
import { lockResident, tiesOf } from './lock-resident.ts';
import { recordDeletion } from './resident-deletion.ts';
import { forgetFilesOf } from './resident-files.ts';

/** What stands in the place of the name. */
export const erasedName = '已注销住户';

/**
 * Blanks everything personal of somebody who has left and owes nothing (EST-12; 个人信息保护法 47). Cannot be undone. Bills
 * and receipts stay with the house as accounting law demands; the phone is free for another person.
 * Errors: resource.notFound, resident.erased, resident.elsewhere, resident.stillLives, resident.stillOwes.
 */
export async function eraseResident(ctx: Context, input: { id: string; reason: string }): Promise<void> {
  const resident = await lockResident(ctx, input.id);
  const ties = await tiesOf(ctx, input.id);
  if (!ties.isSeenWhole) throw estateFail('resident.elsewhere', { action: '注销' });
  if (ties.currentStays > 0) throw estateFail('resident.stillLives', { count: ties.currentStays });
  if (ties.owedFen > 0n) throw estateFail('resident.stillOwes', { sum: formatYuan(fen(ties.owedFen)) });
  await recordDeletion(ctx, { residentId: input.id, kind: 'erased', maskedName: erasedName, reason: input.reason });
  await forgetFilesOf(ctx, input.id);
  const photos = await ctx.tx.rows<{ id: string }>(
    sql`select id from take_application_photos(${input.id}, ${resident.phone}) as p (id)`,
  );
  await forgetFiles(
    ctx,
    photos.map((photo) => photo.id),
  );
  await ctx.tx.rows(sql`select erase_resident_traces(${input.id}, ${resident.name}, ${resident.phone})`);
  await eraseOwnFields(ctx, input.id);
  await forgetTitles(ctx, input.id);
  await ctx.tx.run(sql`update statement_link set revoked_at = ${nowText(ctx)}, revoked_by = ${ctx.actor.id}
    where company_id = ${ctx.companyId} and resident_id = ${input.id} and revoked_at is null`);
  await ctx.tx.run(sql`update resident set name = ${erasedName}, pinyin = '', pinyin_initials = '', phone = '', phone_verified_at = null, sex = null,
      birthday = null, ethnicity = '', politics = null, marriage = null, household_type = null, native_place = '', employer = '', emergency_name = '',
      emergency_phone = '', emergency_relation = '', wechat = '', email = '', pets = '', note = '', id_card_sealed = null, id_card_index = null,
      photo = '{}', documents = '{}',
      erased_at = ${nowText(ctx)}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${input.id}`);
  await recordAudit(ctx, {
    action: 'resident.erase',
    targetKind: 'resident',
    targetId: input.id,
    after: { stays: ties.allStays },
  });
}

/** Tags, and values of own fields as they were before imports; the values are gone already. */
async function eraseOwnFields(ctx: Context, id: string): Promise<void> {
  await ctx.tx.run(sql`delete from resident_tag where company_id = ${ctx.companyId} and resident_id = ${id}`);
  await ctx.tx.run(sql`update import_effect e set rows_before = null
    where e.company_id = ${ctx.companyId} and e.table_name in ('custom_value', 'resident_tag') and e.rows_before is not null
      and exists (select from unnest(e.row_keys) k where position(${id} in k) > 0)`);
}
