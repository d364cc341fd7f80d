import { estateFail, type OccupancyRole, occupancyRoles, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { pinyinOf } from './resident-name.ts';

export type MoveInHow = 'staff' | 'review' | 'invitation' | 'import' | 'ownership';

/** A stay to begin. */
export interface Stay {
  houseId: string;
  role: OccupancyRole;
  movedInOn: string;
  /** Last day they may live there; the day after, the stay ends by itself. Null is without end. */
  validUntil: string | null;
  /** How it came about, for the log. Default: entered by staff. */
  how?: MoveInHow | undefined;
}

export interface MoveIn extends Stay {
  name: string;
  /** Whole phone; empty when unknown. */
  phone: string;
  sex: 'male' | 'female' | null;
}

interface House {
  id: string;
  community_id: string;
  full_name: string;
}

/**
 * Ties a person to a house from a day on (EST-7). A phone that is known belongs to the person who has it: they get
 * another house, not another record.
 * Errors: resource.notFound (the house), resident.phoneTaken, occupancy.exists, occupancy.validity.
 */
export async function moveIn(ctx: Context, input: MoveIn): Promise<{ occupancyId: string; residentId: string }> {
  const house = await findHouse(ctx, input.houseId);
  const residentId = await findOrAddResident(ctx, input);
  return { occupancyId: await beginStay(ctx, house, { ...input, residentId }), residentId };
}

/**
 * The same for a person who is known by their id and whom the actor may see.
 * Errors: resource.notFound (house or person), resident.erased, occupancy.exists, occupancy.validity.
 */
export async function moveResidentIn(ctx: Context, input: Stay & { residentId: string }): Promise<string> {
  const person = await ctx.tx.first<{ name: string; erased_at: string | null }>(
    sql`select name, erased_at from resident where company_id = ${ctx.companyId} and id = ${input.residentId} for key share`,
  );
  if (!person) throw platformFail('resource.notFound', { label: '住户' });
  if (person.erased_at !== null) throw estateFail('resident.erased');
  const house = await findHouse(ctx, input.houseId);
  return beginStay(ctx, house, { ...input, name: person.name });
}

async function findHouse(ctx: Context, houseId: string): Promise<House> {
  const house = await ctx.tx.first<House>(
    sql`select id, community_id, full_name from house where company_id = ${ctx.companyId} and id = ${houseId} for key share`,
  );
  if (!house) throw platformFail('resource.notFound', { label: '房屋' });
  return house;
}

async function beginStay(
  ctx: Context,
  house: House,
  input: Stay & { residentId: string; name: string },
): Promise<string> {
  const { role, movedInOn, validUntil, residentId, how = 'staff' } = input;
  if (validUntil !== null && validUntil < movedInOn) throw estateFail('occupancy.validity', { day: movedInOn });
  const occupancyId = ctx.newId();
  const added = await ctx.tx.run(sql`insert into occupancy
      (company_id, id, community_id, house_id, resident_id, role, moved_in_on, valid_until, moved_in_how, moved_in_by, created_at, updated_at)
    values (${ctx.companyId}, ${occupancyId}, ${house.community_id}, ${house.id}, ${residentId}, ${role}, ${movedInOn},
      ${validUntil}, ${how}, ${ctx.actor.kind === 'staff' ? ctx.actor.id : null}, ${nowText(ctx)}, ${nowText(ctx)})
    on conflict (company_id, house_id, resident_id, role) where moved_out_on is null do nothing`);
  if (added === 0) {
    throw estateFail('occupancy.exists', { name: input.name, role: occupancyRoles[role], house: house.full_name });
  }
  await recordAudit(ctx, {
    action: 'occupancy.moveIn',
    targetKind: 'house',
    targetId: house.id,
    targetLabel: house.full_name,
    communityId: house.community_id,
    after: { occupancyId, residentId, role, movedInOn, validUntil },
  });
  return occupancyId;
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
