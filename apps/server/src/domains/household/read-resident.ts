import {
  applicationStates,
  companyCode,
  type OccupancyRole,
  type OwnApplication,
  type OwnHouse,
  occupancyRoles,
  type PaymentOrder,
  type ResidentView,
} from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { beyondScope, type SignedInResident } from '../../platform/resident-boundary.ts';
import { maskPhone } from '../../resource/index.ts';
import { countNewMessages } from './own-messages.ts';

const householdRoles: readonly OccupancyRole[] = ['owner', 'family', 'tenant'];

/** Who is signed in on the phone: their houses, or how far their applications are. */
export async function readResident(ctx: Context, resident: SignedInResident): Promise<ResidentView> {
  const company = await ctx.tx.first<{ name: string }>(sql`select name from company where id = ${ctx.companyId}`);
  const communities = await ctx.tx.rows<{
    id: string;
    name: string;
    service_phone: string;
    time_zone: string;
    resident_payment_order: PaymentOrder;
  }>(sql`select id, name, service_phone, time_zone, resident_payment_order from community
    where company_id = ${ctx.companyId} order by sort_order, name, id`);
  return {
    company: { id: ctx.companyId, code: companyCode(ctx.companyId), name: company!.name },
    phone: maskPhone(resident.phone),
    resident: resident.residentId === null ? null : { id: resident.residentId, name: resident.residentName },
    communities: communities.map((row) => ({
      id: row.id,
      name: row.name,
      servicePhone: row.service_phone,
      today: businessDay(ctx.clock, row.time_zone).toString(),
      paymentOrder: row.resident_payment_order,
    })),
    houses: await readHouses(ctx, resident),
    newMessages: await countNewMessages(ctx, resident),
    applications: await readApplications(ctx, resident.phone),
  };
}

interface HouseRow {
  id: string;
  name: string;
  community_id: string;
  area: string | null;
  role: OccupancyRole;
  moved_in_on: string;
  valid_until: string | null;
}

/** One row a house: of several roles in it the one that may most. */
async function readHouses(ctx: Context, { residentId, houseIds }: SignedInResident): Promise<OwnHouse[]> {
  const rows = await ctx.tx.rows<HouseRow>(sql`
    select distinct on (c.sort_order, c.name, h.full_name collate natural_order, h.id) h.id, h.full_name as name, h.community_id,
      h.built_area::text as area, o.role, o.moved_in_on, o.valid_until
    from occupancy o join house h on h.company_id = o.company_id and h.id = o.house_id
    join community c on c.company_id = h.company_id and c.id = h.community_id
    where o.company_id = ${ctx.companyId} and o.resident_id = ${residentId} and o.house_id = any (${[...houseIds]}::uuid[])
      and o.moved_out_on is null
    order by c.sort_order, c.name, h.full_name collate natural_order, h.id, o.role <> 'owner', o.role not in ('family', 'tenant'), o.moved_in_on`);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    communityId: row.community_id,
    area: row.area,
    role: row.role,
    roleLabel: occupancyRoles[row.role],
    isHouseholder: householdRoles.includes(row.role),
    isOwner: row.role === 'owner',
    movedInOn: row.moved_in_on,
    validUntil: row.valid_until,
  }));
}

interface ApplicationRow {
  id: string;
  community_id: string;
  community_name: string;
  state: keyof typeof applicationStates;
  name: string;
  house_id: string | null;
  house_label: string;
  role: OccupancyRole | null;
  note: string;
  refuse_reason: string;
  submitted_at: string;
  photo_count: number;
}

/** What was handed in with this phone and not let in; approved ones are houses by now. */
function readApplications(ctx: Context, phone: string): Promise<OwnApplication[]> {
  return beyondScope(ctx, async (wide) => {
    const rows = await wide.tx.rows<ApplicationRow>(sql`
      select a.id, a.community_id, c.name as community_name, a.state, a.name, a.house_id, coalesce(h.full_name, '') as house_label, a.role, a.note,
        a.refuse_reason, a.submitted_at, cardinality(a.photos) as photo_count
      from move_in_application a join community c on c.company_id = a.company_id and c.id = a.community_id
      left join house h on h.company_id = a.company_id and h.id = a.house_id
      where a.company_id = ${ctx.companyId} and a.phone = ${phone} and a.phone <> '' and a.state <> 'approved'
      order by a.submitted_at desc, a.id desc limit 20`);
    return rows.map((row) => ({
      id: row.id,
      communityId: row.community_id,
      communityName: row.community_name,
      state: row.state,
      stateLabel: applicationStates[row.state],
      name: row.name,
      houseId: row.house_id,
      houseLabel: row.house_label,
      role: row.role,
      note: row.note,
      refuseReason: row.refuse_reason,
      submittedAt: row.submitted_at,
      photoCount: row.photo_count,
    }));
  });
}
