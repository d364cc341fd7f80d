import { pinyinOf } from '../domains/estate/index.ts';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { type Community, type TagName, tagColors } from './draw-estate.ts';
import type { People } from './draw-people.ts';
import { insertRows } from './insert-rows.ts';

/** Columns that every table of the estate has. */
function stamps(ctx: Context) {
  const at = nowText(ctx);
  return { created_at: ['timestamptz', () => at], updated_at: ['timestamptz', () => at] } as const;
}

/** Writes communities with everything in them. Tags belong to the company. */
export async function writeEstate(ctx: Context, communities: readonly Community[], people: People): Promise<void> {
  await writePlaces(ctx, communities);
  await writeHouses(ctx, communities);
  await writePeople(ctx, people);
  await writeParking(ctx, communities, people);
}

async function writePlaces(ctx: Context, communities: readonly Community[]): Promise<void> {
  const { tx, companyId } = ctx;
  const buildings = communities.flatMap((community) => community.buildings);
  const units = buildings.flatMap(({ id, communityId, units }) =>
    units.map((unit) => ({ ...unit, buildingId: id, communityId })),
  );
  await insertRows(
    tx,
    companyId,
    'community',
    {
      id: ['uuid', (row) => row.id],
      name: ['text', (row) => row.plan.name],
      code: ['text', (row) => row.plan.code],
      province: ['text', (row) => row.plan.province],
      city: ['text', (row) => row.plan.city],
      district: ['text', (row) => row.plan.district],
      address: ['text', (row) => row.plan.address],
      service_phone: ['text', (row) => row.plan.servicePhone],
      note: ['text', (row) => row.plan.note],
      sort_order: ['int', (row) => row.sortOrder],
      ...stamps(ctx),
    },
    communities,
  );
  await insertRows(
    tx,
    companyId,
    'building',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.communityId],
      name: ['text', (row) => row.plan.name],
      floors_above: ['int', (row) => row.plan.floors],
      floors_below: ['int', (row) => row.plan.floorsBelow],
      sort_order: ['int', (row) => row.sortOrder],
      ...stamps(ctx),
    },
    buildings,
  );
  await insertRows(
    tx,
    companyId,
    'unit',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.communityId],
      building_id: ['uuid', (row) => row.buildingId],
      name: ['text', (row) => row.name],
      sort_order: ['int', (row) => row.sortOrder],
      ...stamps(ctx),
    },
    units,
  );
}

async function writeHouses(ctx: Context, communities: readonly Community[]): Promise<void> {
  const { tx, companyId } = ctx;
  const houses = communities.flatMap((community) => community.houses);
  await insertRows(
    tx,
    companyId,
    'house',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.communityId],
      building_id: ['uuid', (row) => row.buildingId],
      unit_id: ['uuid', (row) => row.unitId],
      number: ['text', (row) => row.number],
      full_name: ['text', (row) => row.fullName],
      search_key: ['text', (row) => row.searchKey],
      floor: ['int', (row) => row.floor],
      usage: ['text', (row) => row.usage],
      status: ['text', (row) => row.status],
      built_area: ['numeric', (row) => row.plan.builtArea],
      inner_area: ['numeric', (row) => row.plan.innerArea],
      shared_area: ['numeric', (row) => sharedArea(row.plan.builtArea, row.plan.innerArea)],
      orientation: ['text', (row) => row.plan.orientation],
      handover_date: ['date', (row) => row.handoverDate.toString()],
      property_right_years: ['int', (row) => (row.usage === 'shop' || row.usage === 'office' ? 40 : 70)],
      rooms: ['int', (row) => row.plan.rooms || null],
      halls: ['int', (row) => row.plan.halls || null],
      baths: ['int', (row) => row.plan.baths || null],
      voting_weight: ['numeric', () => '1'],
      voting_area: ['numeric', (row) => row.plan.builtArea],
      sort_order: ['int', (row) => row.sortOrder],
      note: ['text', (row) => row.note],
      ...stamps(ctx),
    },
    houses,
  );
  const tagIds = new Map(Object.keys(tagColors).map((name) => [name as TagName, ctx.newId()]));
  const tags = [...tagIds].map(([name, id], index) => ({ id, name, sortOrder: (index + 1) * 10 }));
  await insertRows(
    tx,
    companyId,
    'tag',
    {
      id: ['uuid', (row) => row.id],
      name: ['text', (row) => row.name],
      color: ['text', (row) => tagColors[row.name]],
      sort_order: ['int', (row) => row.sortOrder],
      ...stamps(ctx),
    },
    tags,
  );
  const houseTags = houses.flatMap((house) => [...house.tags].map((tag) => ({ house, tagId: tagIds.get(tag)! })));
  await insertRows(
    tx,
    companyId,
    'house_tag',
    {
      community_id: ['uuid', (row) => row.house.communityId],
      house_id: ['uuid', (row) => row.house.id],
      tag_id: ['uuid', (row) => row.tagId],
    },
    houseTags,
  );
}

/** Both areas have two decimals. */
function sharedArea(builtArea: string, innerArea: string): string {
  const hundredths = BigInt(builtArea.replace('.', '')) - BigInt(innerArea.replace('.', ''));
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
}

async function writePeople(ctx: Context, { residents, occupancies }: People): Promise<void> {
  const { tx, companyId } = ctx;
  const named = residents.map((resident) => ({ ...resident, ...pinyinOf(resident.name) }));
  await insertRows(
    tx,
    companyId,
    'resident',
    {
      id: ['uuid', (row) => row.id],
      name: ['text', (row) => row.name],
      pinyin: ['text', (row) => row.pinyin],
      pinyin_initials: ['text', (row) => row.pinyinInitials],
      phone: ['text', (row) => row.phone],
      sex: ['text', (row) => row.sex],
      ...stamps(ctx),
    },
    named,
  );
  await insertRows(
    tx,
    companyId,
    'occupancy',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.communityId],
      house_id: ['uuid', (row) => row.houseId],
      resident_id: ['uuid', (row) => row.residentId],
      role: ['text', (row) => row.role],
      moved_in_on: ['date', (row) => row.movedInOn.toString()],
      moved_out_on: ['date', (row) => row.movedOutOn?.toString() ?? null],
      ...stamps(ctx),
    },
    occupancies,
  );
}

async function writeParking(ctx: Context, communities: readonly Community[], { vehicles }: People): Promise<void> {
  const { tx, companyId } = ctx;
  const spaces = communities.flatMap((community) => community.parkingSpaces);
  await insertRows(
    tx,
    companyId,
    'parking_space',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.communityId],
      number: ['text', (row) => row.number],
      type: ['text', (row) => row.type],
      status: ['text', (row) => row.status],
      area: ['numeric', (row) => (row.type === 'civilDefence' ? '11.80' : '12.72')],
      house_id: ['uuid', (row) => row.house?.id ?? null],
      ...stamps(ctx),
    },
    spaces,
  );
  await insertRows(
    tx,
    companyId,
    'vehicle',
    {
      id: ['uuid', (row) => row.id],
      community_id: ['uuid', (row) => row.communityId],
      plate: ['text', (row) => row.plate],
      parking_card: ['text', (row) => row.parkingCard],
      displacement: ['text', (row) => row.displacement],
      brand: ['text', (row) => row.brand],
      color: ['text', (row) => row.color],
      owner_name: ['text', (row) => row.ownerName],
      owner_phone: ['text', (row) => row.ownerPhone],
      house_id: ['uuid', (row) => row.houseId],
      ...stamps(ctx),
    },
    vehicles,
  );
}
