import { platformFail, type ResidentProfile, residentResource } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { customFacts, maskPhone } from '../../resource/index.ts';
import { occupanciesOfResident } from '../estate/index.ts';
import { maskedIdCard } from './id-card.ts';
import { readFilesOf } from './resident-files.ts';
import { readAddresses } from './wecom-address.ts';

type ProfileRow = Omit<
  ResidentProfile,
  'occupancies' | 'idCard' | 'photo' | 'documents' | 'ownFields' | 'addresses'
> & {
  idCardSealed: string | null;
};

/** One person with all their stays in communities the actor sees. Phones and id card are hidden. Error: resource.notFound. */
export async function readProfile(ctx: Context, id: string): Promise<ResidentProfile> {
  const row =
    await ctx.tx.first<ProfileRow>(sql`select id, name, phone, is_phone_verified as "isPhoneVerified", sex, birthday, ethnicity, politics,
      marriage, household_type as "householdType", native_place as "nativePlace", employer, emergency_name as "emergencyName",
      emergency_phone as "emergencyPhone", emergency_relation as "emergencyRelation", wechat, email, pets, note, version,
      (select coalesce(json_agg(json_build_object('id', g.id, 'name', g.name, 'color', g.color) order by g.sort_order, g.name), '[]')
        from resident_tag l join tag g on g.company_id = l.company_id and g.id = l.tag_id
        where l.company_id = resident.company_id and l.resident_id = resident.id) as tags,
      created_at as "createdAt", erased_at as "erasedAt", id_card_sealed as "idCardSealed"
    from resident where company_id = ${ctx.companyId} and id = ${id}`);
  if (!row) throw platformFail('resource.notFound', { label: '住户' });
  const { idCardSealed, ...profile } = row;
  const own = (await customFacts(ctx, residentResource, [id])).get(id) ?? {};
  return {
    ...profile,
    phone: maskPhone(row.phone),
    emergencyPhone: maskPhone(row.emergencyPhone),
    idCard: maskedIdCard(ctx, id, idCardSealed),
    ownFields: Object.entries(own).map(([label, text]) => ({ label, text })),
    addresses: await readAddresses(ctx, id),
    ...(await readFilesOf(ctx, id)),
    occupancies: await occupanciesOfResident(ctx, id),
  };
}

/** Stays by role and people who do not live here by state, as the tabs of the list tell them. */
export async function countOccupancies(
  ctx: Context,
  communityId: string | undefined,
): Promise<{ roles: Record<string, number>; absent: Record<string, number> }> {
  const within = communityId ? sql`and t.community_id = ${communityId}` : sql``;
  const roles = await ctx.tx.ad<{ key: string; count: bigint }>(sql`select t.role as key, count(*) from occupancy t
    where t.company_id = ${ctx.companyId} and t.moved_out_on is null ${within} group by t.role`);
  const absent = await ctx.tx.ad<{
    key: string;
    count: bigint;
  }>(sql`select t.state as key, count(*) from absent_resident_list t
    where t.company_id = ${ctx.companyId} ${within} group by t.state`);
  const record = (rows: { key: string; count: bigint }[]) =>
    Object.fromEntries(rows.map(({ key, count }) => [key, Number(count)]));
  return { roles: record(roles), absent: record(absent) };
}
