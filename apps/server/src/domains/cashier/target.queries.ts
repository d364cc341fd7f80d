import type { DeskAccount, DeskTarget, TargetKind } from '@anlin/contract';
import { chargeTargetKinds, occupancyRoles, parkingSpaceTypes, platformFail } from '@anlin/contract';
import { type Fen, formatYuan } from '@anlin/money';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export interface TargetRow {
  id: string;
  name: string;
  community_id: string;
  community_name: string;
  time_zone: string;
  area: string | null;
  status: string;
  note: string;
  tags: { name: string; color: string }[];
  /** House whose people are the target's: itself, or the house a parking space or vehicle belongs to. */
  house_id: string | null;
}

/** A house, a parking space or a vehicle as the desk shows it; 404 when it is not in sight. */
export async function readTarget(ctx: Context, kind: TargetKind, id: string): Promise<TargetRow> {
  const row = await readers[kind](ctx, id);
  if (!row) throw platformFail('resource.notFound', { label: chargeTargetKinds[kind] });
  return row;
}

const readers: Record<TargetKind, (ctx: Context, id: string) => Promise<TargetRow | undefined>> = {
  house: readHouse,
  parkingSpace: readParkingSpace,
  vehicle: readVehicle,
};

function readHouse(ctx: Context, id: string): Promise<TargetRow | undefined> {
  return ctx.tx.first<TargetRow>(sql`
    select h.id, h.full_name as name, h.community_id, c.name as community_name, c.time_zone, h.built_area::text as area, h.status, h.note, h.id as house_id,
      coalesce((select jsonb_agg(jsonb_build_object('name', t.name, 'color', t.color) order by t.sort_order, t.name) from house_tag l
        join tag t on t.company_id = l.company_id and t.id = l.tag_id where l.company_id = h.company_id and l.house_id = h.id), '[]') as tags
    from house h join community c on c.company_id = h.company_id and c.id = h.community_id
    where h.company_id = ${ctx.companyId} and h.id = ${id}`);
}

async function readParkingSpace(ctx: Context, id: string): Promise<TargetRow | undefined> {
  const row = await ctx.tx.first<TargetRow & { type: keyof typeof parkingSpaceTypes }>(sql`
    select p.id, '车位 ' || p.number as name, p.community_id, c.name as community_name, c.time_zone, p.area::text as area, p.status, p.type, p.note, p.house_id,
      coalesce((select jsonb_agg(jsonb_build_object('name', t.name, 'color', t.color) order by t.sort_order, t.name) from parking_space_tag l
        join tag t on t.company_id = l.company_id and t.id = l.tag_id where l.company_id = p.company_id and l.parking_space_id = p.id), '[]') as tags
    from parking_space p join community c on c.company_id = p.company_id and c.id = p.community_id
    where p.company_id = ${ctx.companyId} and p.id = ${id}`);
  return (
    row && { ...row, note: [`${parkingSpaceTypes[row.type]}车位`, row.note].filter((part) => part !== '').join('；') }
  );
}

async function readVehicle(ctx: Context, id: string): Promise<TargetRow | undefined> {
  const row = await ctx.tx.first<
    TargetRow & { brand: string; color: string; parking_card: string; owner_name: string }
  >(sql`
    select v.id, '车辆 ' || v.plate as name, v.community_id, c.name as community_name, c.time_zone, null as area, '' as status, v.note, v.house_id,
      v.brand, v.color, v.parking_card, v.owner_name,
      coalesce((select jsonb_agg(jsonb_build_object('name', t.name, 'color', t.color) order by t.sort_order, t.name) from vehicle_tag l
        join tag t on t.company_id = l.company_id and t.id = l.tag_id where l.company_id = v.company_id and l.vehicle_id = v.id), '[]') as tags
    from vehicle v join community c on c.company_id = v.company_id and c.id = v.community_id
    where v.company_id = ${ctx.companyId} and v.id = ${id}`);
  if (!row) return undefined;
  const { brand, color, parking_card: card, owner_name: owner, note } = row;
  const facts = [`${color}${brand}`, card && `停车卡 ${card}`, owner && `车主 ${owner}`, note];
  return { ...row, note: facts.filter((part) => part !== '').join('；') };
}

/** `139****0001`: a phone shown to someone who may not see it whole. */
export function maskPhone(phone: string): string {
  return phone.length < 8 ? phone.replace(/.(?=.{2})/g, '*') : `${phone.slice(0, 3)}****${phone.slice(-4)}`;
}

/** People tied to a house on a day, owners first. */
export async function readRelations(ctx: Context, houseId: string, today: string): Promise<DeskAccount['relations']> {
  const rows = await ctx.tx.rows<{
    resident_id: string;
    name: string;
    phone: string;
    role: keyof typeof occupancyRoles;
    moved_in_on: string;
  }>(sql`
    select o.resident_id, r.name, r.phone, o.role, o.moved_in_on
    from occupancy o join resident r on r.company_id = o.company_id and r.id = o.resident_id
    where o.company_id = ${ctx.companyId} and o.house_id = ${houseId} and (o.moved_out_on is null or o.moved_out_on > ${today})
    order by o.role <> 'owner', o.role <> 'tenant', o.moved_in_on, r.name limit 50`);
  return rows.map((row) => ({
    residentId: row.resident_id,
    name: row.name,
    phone: maskPhone(row.phone),
    role: occupancyRoles[row.role],
    movedInOn: row.moved_in_on,
  }));
}

interface OtherRow {
  kind: TargetKind;
  id: string;
  name: string;
  community_id: string;
  community_name: string;
  unpaid_count: number;
  outstanding_fen: Fen;
}

/** Houses of the same owners, and the parking spaces and vehicles of all of these houses, with what is unpaid; without the target itself. */
export async function readOtherTargets(
  ctx: Context,
  houseId: string,
  targetId: string,
  today: string,
): Promise<DeskTarget[]> {
  const rows = await ctx.tx.rows<OtherRow>(sql`
    with owned as (
      select ${houseId}::uuid as house_id
      union
      select o2.house_id from occupancy o
        join occupancy o2 on o2.company_id = o.company_id and o2.resident_id = o.resident_id and o2.role = 'owner'
          and (o2.moved_out_on is null or o2.moved_out_on > ${today})
      where o.company_id = ${ctx.companyId} and o.house_id = ${houseId} and o.role = 'owner'
        and (o.moved_out_on is null or o.moved_out_on > ${today})
    ), target as (
      select x.kind, x.id, x.label as name, x.community_id from owned w
        join charge_target x on x.company_id = ${ctx.companyId} and x.house_id = w.house_id
    )
    select t.kind, t.id, t.name, t.community_id, c.name as community_name, u.unpaid_count, u.outstanding_fen
    from target t join community c on c.company_id = ${ctx.companyId} and c.id = t.community_id
    cross join lateral (select count(*)::int as unpaid_count, coalesce(sum(b.outstanding_fen), 0)::bigint as outstanding_fen
      from bill b where b.company_id = ${ctx.companyId} and b.target_id = t.id and b.outstanding_fen > 0) u
    where t.id <> ${targetId} order by c.name, t.kind, t.name limit 60`);
  return rows.map((row) => ({
    kind: row.kind,
    id: row.id,
    name: row.name,
    communityId: row.community_id,
    communityName: row.community_name,
    unpaidCount: row.unpaid_count,
    outstanding: formatYuan(row.outstanding_fen),
  }));
}
