import { estateFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { residentByPhone } from './move-in.ts';
import { pinyinOf } from './resident-name.ts';

export interface ResidentChange {
  id: string;
  version: number;
  name?: string | undefined;
  phone?: string | undefined;
  sex?: 'male' | 'female' | null | undefined;
  note?: string | undefined;
}

/** Changes what is known of a person. Errors: resource.notFound, resource.changed, resident.phoneTaken. */
export async function editResident(ctx: Context, change: ResidentChange): Promise<void> {
  const row = await ctx.tx.first<{
    name: string;
    phone: string;
    sex: 'male' | 'female' | null;
    note: string;
    version: number;
  }>(
    sql`select name, phone, sex, note, version from resident where company_id = ${ctx.companyId} and id = ${change.id} for update`,
  );
  if (!row) throw platformFail('resource.notFound', { label: '住户' });
  if (row.version !== change.version) throw platformFail('resource.changed', { label: '住户' });
  const phone = change.phone ?? row.phone;
  const name = change.name ?? row.name;
  if (phone !== '' && phone !== row.phone && (await residentByPhone(ctx, phone)))
    throw estateFail('resident.phoneTaken');
  const { pinyin, pinyinInitials } = pinyinOf(name);
  await ctx.tx.run(sql`update resident set name = ${name}, pinyin = ${pinyin}, pinyin_initials = ${pinyinInitials}, phone = ${phone},
      sex = ${change.sex === undefined ? row.sex : change.sex}, note = ${change.note ?? row.note}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${change.id}`);
  await recordAudit(ctx, {
    action: 'resident.edit',
    targetKind: 'resident',
    targetId: change.id,
    // What changed, without the personal data itself.
    after: {
      isNameChanged: name !== row.name,
      isPhoneChanged: phone !== row.phone,
      isSexChanged: change.sex !== undefined && change.sex !== row.sex,
      isNoteChanged: change.note !== undefined && change.note !== row.note,
    },
  });
}
