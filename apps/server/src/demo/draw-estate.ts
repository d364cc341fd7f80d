import { houseNames } from '../domains/estate/index.ts';
import type { BuildingPlan, CommunityPlan, FloorPlan, HouseUsage } from './blueprint.ts';
import type { History } from './history.ts';

export type HouseStatus = 'unsold' | 'unoccupied' | 'ownerOccupied' | 'let' | 'vacant' | 'renovating';

export interface Building {
  id: string;
  communityId: string;
  plan: BuildingPlan;
  sortOrder: number;
  units: { id: string; name: string; sortOrder: number }[];
}

export interface House {
  id: string;
  communityId: string;
  buildingId: string;
  unitId: string | null;
  number: string;
  fullName: string;
  searchKey: string;
  floor: number;
  usage: HouseUsage;
  status: HouseStatus;
  plan: FloorPlan;
  handoverDate: Temporal.PlainDate;
  sortOrder: number;
  note: string;
  tags: Set<TagName>;
}

export interface ParkingSpace {
  id: string;
  communityId: string;
  number: string;
  type: 'property' | 'public' | 'civilDefence' | 'leased';
  status: 'ownUse' | 'vacant' | 'let' | 'sold';
  house: House | null;
}

export interface Community {
  id: string;
  plan: CommunityPlan;
  sortOrder: number;
  buildings: Building[];
  houses: House[];
  parkingSpaces: ParkingSpace[];
}

/** Tags of the demo company and their colours. */
export const tagColors = {
  开发商: 'purple',
  未装修: 'orange',
  出租房: 'cyan',
  低保: 'green',
  独居老人: 'red',
  员工房: 'blue',
  长期欠费: 'red',
} as const;
export type TagName = keyof typeof tagColors;

/** Draws a community out: every building, unit, house and parking space with what it is used for. */
export function drawCommunity(history: History, plan: CommunityPlan, sortOrder: number): Community {
  const id = history.newId();
  const buildings = plan.buildings.map((building, index) => drawBuilding(history, id, building, (index + 1) * 10));
  const houses = buildings.flatMap((building) => drawHouses(history, building));
  return { id, plan, sortOrder, buildings, houses, parkingSpaces: drawParking(history, id, plan, houses) };
}

function drawBuilding(history: History, communityId: string, plan: BuildingPlan, sortOrder: number): Building {
  const units = plan.units.map((name, index) => ({ id: history.newId(), name, sortOrder: (index + 1) * 10 }));
  return { id: history.newId(), communityId, plan, sortOrder, units };
}

function drawHouses(history: History, building: Building): House[] {
  const { plan } = building;
  const handoverDate = history.today.subtract({ months: plan.handedOverMonthsAgo }).with({ day: 18 });
  const units = building.units.length > 0 ? building.units : [null];
  const houses: House[] = [];
  for (const unit of units) {
    for (let floor = 1; floor <= plan.floors; floor += 1) {
      for (const [place, floorPlan] of plan.plans.entries()) {
        const number = numberOf(plan, floor, place + 1);
        houses.push({
          id: history.newId(),
          communityId: building.communityId,
          buildingId: building.id,
          unitId: unit?.id ?? null,
          number,
          ...houseNames(plan.name, unit?.name ?? null, number),
          floor,
          usage: plan.usage,
          status: drawStatus(history, plan),
          plan: floorPlan,
          handoverDate,
          sortOrder: building.sortOrder * 10_000 + (unit?.sortOrder ?? 0) * 100 + floor * 10 + place,
          note: '',
          tags: new Set(),
        });
      }
    }
  }
  for (const house of houses) drawTags(history, house);
  return houses;
}

function numberOf(plan: BuildingPlan, floor: number, place: number): string {
  if (plan.numbering === 'door') return `${place}号`;
  return `${floor}${String(place).padStart(2, '0')}`;
}

function drawStatus({ random }: History, { usage, handedOverMonthsAgo }: BuildingPlan): HouseStatus {
  if (handedOverMonthsAgo < 12) {
    return random.pickWeighted<HouseStatus>([
      ['ownerOccupied', 34],
      ['renovating', 30],
      ['unoccupied', 22],
      ['unsold', 10],
      ['let', 4],
    ]);
  }
  const isBusiness = usage === 'shop' || usage === 'office';
  return random.pickWeighted<HouseStatus>([
    ['ownerOccupied', isBusiness ? 38 : 77],
    ['let', isBusiness ? 46 : 13],
    ['renovating', 2],
    ['vacant', isBusiness ? 10 : 4],
    ['unoccupied', 2],
    ['unsold', isBusiness ? 4 : 2],
  ]);
}

function drawTags({ random }: History, house: House): void {
  if (house.status === 'unsold') house.tags.add('开发商').add('未装修');
  if (house.status === 'unoccupied' && random.chance(0.8)) house.tags.add('未装修');
  if (house.status === 'let') house.tags.add('出租房');
  if (house.status !== 'ownerOccupied' || house.usage === 'shop' || house.usage === 'office') return;
  if (random.chance(0.012)) house.tags.add('低保');
  else if (random.chance(0.02)) house.tags.add('独居老人');
  else if (random.chance(0.008)) house.tags.add('员工房');
  if (random.chance(0.02)) house.note = random.pick(houseNotes);
}

const houseNotes = [
  '业主常年在外地，联系请发短信',
  '家中有老人，上门前先打电话',
  '阳台曾渗水，2024 年已维修',
  '电子门禁卡已补办',
  '业主要求收据寄送纸质版',
  '水表在户外管井',
];

function drawParking(
  history: History,
  communityId: string,
  plan: CommunityPlan,
  houses: readonly House[],
): ParkingSpace[] {
  const { random } = history;
  const owners = houses.filter((house) => house.status !== 'unsold');
  return plan.parking.flatMap(({ prefix, type, count, takenShare }) =>
    Array.from({ length: count }, (_, index): ParkingSpace => {
      const isTaken = random.chance(takenShare);
      const house = isTaken ? random.pick(owners) : null;
      const free = type === 'property' && random.chance(0.5) ? 'sold' : 'vacant';
      return {
        id: history.newId(),
        communityId,
        number: `${prefix}${String(index + 1).padStart(3, '0')}`,
        type,
        status: house === null ? free : type === 'property' ? 'ownUse' : 'let',
        house,
      };
    }),
  );
}
