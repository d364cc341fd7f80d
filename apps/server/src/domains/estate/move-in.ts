import { estateFail, type OccupancyRole, occupancyRoles, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { pinyinOf } from './resident-name.ts';

export interface MoveIn {
  houseId: string;
  name: string;
  /** Whole phone; empty when unknown. */
  phone: string;
  sex: 'male' | 'female' | null;
  role: OccupancyRole;
  movedInOn: string;
  validUntil: string | null;
}

/**
 * Ties a person to a house from a day on (EST-7). A phone that is known belongs to the person who has it: they get
 * another house, not another record.
 * Errors: resource.notFound (the house), resident.phoneTaken, resident.nameUnreadable, occupancy.exists.
 */
export async function moveIn(ctx: Context, input: MoveIn): Promise<{ occupancyId: string; residentId: string }> {
  const house = await ctx.tx.first<{ community_id: string; full_name: string }>(
    sql`select community_id, full_name from house where company_id = ${ctx.companyId} and id = ${input.houseId} for key share`,
  );
  if (!house) throw platformFail('resource.notFound', { label: '房屋' });
  const residentId = await findOrAddResident(ctx, input);
  const occupancyId = ctx.newId();
  const added = await ctx.tx.run(sql`insert into occupancy
      (company_id, id, community_id, house_id, resident_id, role, moved_in_on, valid_until, created_at, updated_at)
    values (${ctx.companyId}, ${occupancyId}, ${house.community_id}, ${input.houseId}, ${residentId}, ${input.role}, ${input.movedInOn},
      ${input.validUntil}, ${nowText(ctx)}, ${nowText(ctx)})
    on conflict (company_id, house_id, resident_id, role) where moved_out_on is null do nothing`);
  if (added === 0) {
    throw estateFail('occupancy.exists', {
      name: input.name,
      role: occupancyRoles[input.role],
      house: house.full_name,
    });
  }
  await recordAudit(ctx, {
    action: 'occupancy.moveIn',
    targetKind: 'house',
    targetId: input.houseId,
    targetLabel: house.full_name,
    communityId: house.community_id,
    after: { occupancyId, residentId, role: input.role, movedInOn: input.movedInOn, validUntil: input.validUntil },
  });
  return { occupancyId, residentId };
}

async function findOrAddResident(ctx: Context, input: MoveIn): Promise<string> {
  if (input.phone !== '') {
    const known = await residentByPhone(ctx, input.phone);
    if (known) return sameName(known, input.name);
  }
  const id = ctx.newId();
  const { pinyin, pinyinInitials } = pinyinOf(input.name);
  const added = await ctx.tx.run(sql`insert into resident
      (company_id, id, name, pinyin, pinyin_initials, phone, sex, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${input.name}, ${pinyin}, ${pinyinInitials}, ${input.phone}, ${input.sex}, ${nowText(ctx)}, ${nowText(ctx)})
    on conflict do nothing`);
  if (added === 1) return id;
  // Somebody moved the same person in a moment ago.
  const known = await residentByPhone(ctx, input.phone);
  if (!known) throw estateFail('resident.phoneTaken');
  return sameName(known, input.name);
}

/** The person who has a phone, wherever in the company they live; undefined when nobody does. */
export async function residentByPhone(ctx: Context, phone: string): Promise<{ id: string; name: string } | undefined> {
  const row = await ctx.tx.first<{ id: string | null; name: string }>(
    sql`select id, name from resident_by_phone(${phone})`,
  );
  return row?.id ? { id: row.id, name: row.name } : undefined;
}

function sameName(known: { id: string; name: string }, name: string): string {
  if (known.name !== name) {
    throw estateFail('resident.phoneTaken', {}, [
      { path: 'phone', message: '该手机号已登记为另一位住户，姓名与所填不同' },
    ]);
  }
  return known.id;
}
