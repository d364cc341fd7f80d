import { estateFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { identifier, join, sql } from '../../platform/database/sql.ts';
import { removeRow } from './delete-resident.ts';
import { openIdCard, sealIdCard } from './id-card.ts';
import { type LockedResident, lockResident, tiesOf } from './lock-resident.ts';
import { maskName, recordDeletion } from './resident-deletion.ts';
import { mergeFiles, ownFilesOwner } from './resident-files.ts';

/**
 * Makes one record of two of the same person: stays, invitations, applications and whatever else points at the other go
 * over, what is empty here is filled from there, and the other is gone. Returns how many stays went over.
 * Errors: resource.notFound, resident.erased, resident.mergeSelf, resident.mergeIdCards, resident.elsewhere, resource.inUse.
 */
export async function mergeResidents(
  ctx: Context,
  input: { id: string; otherId: string; reason: string },
): Promise<number> {
  const locked = new Map<string, LockedResident>();
  for (const id of [input.id, input.otherId].sort()) locked.set(id, await lockResident(ctx, id));
  if (input.id === input.otherId) throw estateFail('resident.mergeSelf');
  const kept = locked.get(input.id) as LockedResident;
  const other = locked.get(input.otherId) as LockedResident;
  for (const id of locked.keys()) {
    if (!(await tiesOf(ctx, id)).isSeenWhole) throw estateFail('resident.elsewhere', { action: '合并' });
  }
  const idCard = mergedIdCard(ctx, kept, other);
  await recordDeletion(ctx, {
    residentId: other.id,
    kind: 'merged',
    maskedName: maskName(other.name),
    reason: input.reason,
  });
  const movedStays = await moveStays(ctx, kept.id, other.id);
  await moveReferences(ctx, kept.id, other.id);
  await moveOwnFields(ctx, kept.id, other.id);
  await mergeFiles(ctx, kept.id, other.id);
  // The phone is free for the one who stays only when the other is gone.
  const facts = await ctx.tx.first<Facts>(
    sql`select to_jsonb(r) as facts from resident r where company_id = ${ctx.companyId} and id = ${other.id}`,
  );
  await removeOther(ctx, other.id);
  await fillFrom(ctx, kept.id, facts!.facts, idCard);
  await recordAudit(ctx, {
    action: 'resident.merge',
    targetKind: 'resident',
    targetId: kept.id,
    after: { mergedId: other.id, movedStays },
  });
  return movedStays;
}

interface Facts {
  facts: Record<string, unknown>;
}

/** The id card of either; two different ones are two people. */
function mergedIdCard(ctx: Context, kept: LockedResident, other: LockedResident): string {
  const [own, theirs] = [kept, other].map((one) => openIdCard(ctx, one.id, one.id_card_sealed)) as [string, string];
  if (own !== '' && theirs !== '' && own !== theirs) throw estateFail('resident.mergeIdCards');
  return own || theirs;
}

/** Two current stays in one house as the same become one, from the earlier day on. */
async function moveStays(ctx: Context, keptId: string, otherId: string): Promise<number> {
  const { companyId } = ctx;
  await ctx.tx.run(sql`update occupancy k set moved_in_on = least(k.moved_in_on, o.moved_in_on), version = k.version + 1, updated_at = ${nowText(ctx)}
    from occupancy o
    where k.company_id = ${companyId} and k.resident_id = ${keptId} and k.moved_out_on is null
      and o.company_id = ${companyId} and o.resident_id = ${otherId} and o.moved_out_on is null and o.house_id = k.house_id and o.role = k.role`);
  await ctx.tx.run(sql`delete from occupancy o using occupancy k
    where k.company_id = ${companyId} and k.resident_id = ${keptId} and k.moved_out_on is null
      and o.company_id = ${companyId} and o.resident_id = ${otherId} and o.moved_out_on is null and o.house_id = k.house_id and o.role = k.role`);
  return ctx.tx.run(sql`update occupancy set resident_id = ${keptId}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${companyId} and resident_id = ${otherId}`);
}

/**
 * Every other column of the database that points at a resident, whichever domain it belongs to. What may not be changed,
 * such as links to their statement, ends with the record.
 */
async function moveReferences(ctx: Context, keptId: string, otherId: string): Promise<void> {
  const references = await ctx.tx.rows<{
    table: string;
    column: string;
  }>(sql`select t.relname as table, a.attname as column
    from pg_constraint c join pg_class t on t.oid = c.conrelid
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname <> 'company_id'
    where c.contype = 'f' and c.confrelid = 'resident'::regclass and t.relname <> 'occupancy'
      and has_column_privilege(a.attrelid, a.attnum, 'update')
    union select table_name, column_name from kept_reference where parent_name = 'resident' order by 1, 2`);
  // One address in each channel: that of the record that stays.
  await ctx.tx.run(sql`delete from channel_address o using channel_address k where o.company_id = ${ctx.companyId} and o.resident_id = ${otherId}
    and k.company_id = ${ctx.companyId} and k.resident_id = ${keptId} and k.channel = o.channel`);
  // A tag once.
  await ctx.tx.run(sql`delete from resident_tag o using resident_tag k where o.company_id = ${ctx.companyId} and o.resident_id = ${otherId}
    and k.company_id = ${ctx.companyId} and k.resident_id = ${keptId} and k.tag_id = o.tag_id`);
  for (const { table, column } of references) {
    await ctx.tx.ad(sql`update ${identifier(table)} set ${identifier(column)} = ${keptId}
      where company_id = ${ctx.companyId} and ${identifier(column)} = ${otherId}`);
  }
}

/** Of each own field the value of the record that stays, or else of the other, with the files attached there. */
async function moveOwnFields(ctx: Context, keptId: string, otherId: string): Promise<void> {
  await ctx.tx.run(sql`update custom_value v set owner_id = ${keptId} where v.company_id = ${ctx.companyId} and v.owner_id = ${otherId}
    and not exists (select from custom_value k where k.company_id = v.company_id and k.owner_id = ${keptId} and k.field_id = v.field_id)`);
  await ctx.tx.run(sql`update file_use u set owner_id = ${keptId} where u.company_id = ${ctx.companyId} and u.owner_id = ${otherId}
    and u.resource = ${ownFilesOwner} and not exists (select from file_use k where k.company_id = u.company_id and k.owner_id = ${keptId}
      and k.resource = u.resource and k.file_id = u.file_id)
    and exists (select from custom_value v where v.company_id = u.company_id and v.owner_id = ${keptId} and v.text_value = u.file_id::text)`);
}

async function removeOther(ctx: Context, id: string): Promise<void> {
  try {
    await removeRow(ctx, id);
  } catch (error) {
    if ((error as { code?: string }).code !== '23503') throw error;
    throw platformFail('resource.inUse', { label: '住户', users: '其他记录' });
  }
}

const texts = ['ethnicity', 'native_place', 'employer', 'wechat', 'email', 'pets', 'note'] as const;
const choices = ['sex', 'birthday', 'politics', 'marriage', 'household_type'] as const;

/** Fills what is empty. Phone and its verification go together, so does the emergency contact. */
async function fillFrom(ctx: Context, id: string, other: Facts['facts'], idCard: string): Promise<void> {
  const sealed = idCard === '' ? null : sealIdCard(ctx, id, idCard);
  const text = (key: string) => String(other[key] ?? '');
  const choice = (key: string) => (other[key] ?? null) as string | null;
  const parts = [
    ...texts.map(
      (key) =>
        sql`${identifier(key)} = case when ${identifier(key)} = '' then ${text(key)} else ${identifier(key)} end`,
    ),
    ...choices.map((key) =>
      key === 'birthday'
        ? sql`birthday = coalesce(birthday, ${choice(key)}::date)`
        : sql`${identifier(key)} = coalesce(${identifier(key)}, ${choice(key)}::text)`,
    ),
    sql`phone_verified_at = case when phone = '' then ${choice('phone_verified_at')}::timestamptz else phone_verified_at end`,
    sql`phone = case when phone = '' then ${text('phone')} else phone end`,
    ...(['emergency_name', 'emergency_phone', 'emergency_relation'] as const).map(
      (key) =>
        sql`${identifier(key)} = case when emergency_name = '' and emergency_phone = '' then ${text(key)} else ${identifier(key)} end`,
    ),
    sql`id_card_sealed = ${sealed?.sealed ?? null}, id_card_index = ${sealed?.index ?? null}`,
    sql`version = version + 1, updated_at = ${nowText(ctx)}`,
  ];
  await ctx.tx.ad(sql`update resident set ${join(parts)} where company_id = ${ctx.companyId} and id = ${id}`);
}
