import type { Community, House } from './draw-estate.ts';
import type { History } from './history.ts';
import { pickPersonName, pickSurname, type Sex } from './person-names.ts';

export interface Resident {
  id: string;
  name: string;
  /** Empty where none is known, and for companies. */
  phone: string;
  sex: Sex | null;
}

export interface Occupancy {
  id: string;
  communityId: string;
  houseId: string;
  residentId: string;
  role: 'owner' | 'family' | 'tenant';
  movedInOn: Temporal.PlainDate;
  movedOutOn: Temporal.PlainDate | null;
}

export interface Vehicle {
  id: string;
  communityId: string;
  plate: string;
  parkingCard: string;
  brand: string;
  color: string;
  displacement: string;
  ownerName: string;
  ownerPhone: string;
  houseId: string;
}

export interface People {
  residents: Resident[];
  occupancies: Occupancy[];
  vehicles: Vehicle[];
  /** Who pays for a house: its tenant in business premises, else its owner. By house id. */
  payerByHouse: Map<string, Resident>;
}

/**
 * Phones of made-up people: 199-0000-xxxx, a range kept for examples here, so that nobody is called by mistake.
 * Those below 1000 belong to the staff.
 */
export function phoneNumbers(first = 1000): () => string {
  let next = first;
  return () => {
    if (next > 9999) return '';
    const phone = `1990000${String(next).padStart(4, '0')}`;
    next += 1;
    return phone;
  };
}

/** Peoples every house: owners with their families, tenants, and one developer who holds what is not sold yet. */
export function drawPeople(history: History, communities: readonly Community[]): People {
  const people: People = { residents: [], occupancies: [], vehicles: [], payerByHouse: new Map() };
  const nextPhone = phoneNumbers();
  for (const community of communities) {
    const developer = addResident(history, people, `${community.plan.name}置业有限公司`, '', null);
    const owners: { resident: Resident; surname: string }[] = [];
    for (const house of community.houses) {
      if (house.status === 'unsold') {
        tie(history, people, house, developer, 'owner', house.handoverDate);
        people.payerByHouse.set(house.id, developer);
      } else {
        peopleHouse(history, people, house, owners, nextPhone);
      }
    }
    drawVehicles(history, people, community);
  }
  return people;
}

function peopleHouse(
  history: History,
  people: People,
  house: House,
  owners: { resident: Resident; surname: string }[],
  nextPhone: () => string,
): void {
  const { random } = history;
  const isBusiness = house.usage === 'shop' || house.usage === 'office';
  const isSecondHouse = owners.length > 20 && random.chance(isBusiness ? 0.35 : 0.03);
  const owner = isSecondHouse ? random.pick(owners) : newOwner(history, people, nextPhone);
  if (!isSecondHouse) owners.push(owner);
  const movedIn = dayAfter(history, house.handoverDate, 240);
  tie(history, people, house, owner.resident, 'owner', house.handoverDate);
  people.payerByHouse.set(house.id, owner.resident);
  if (house.status === 'let') addTenants(history, people, house, nextPhone);
  if (house.status !== 'ownerOccupied' || isBusiness || isSecondHouse) return;
  if (random.chance(0.34)) {
    const spouseSex = owner.resident.sex === 'male' ? 'female' : 'male';
    const spouse = addResident(history, people, pickPersonName(random, spouseSex), nextPhone(), spouseSex);
    tie(history, people, house, spouse, 'family', movedIn);
  }
  if (random.chance(0.1)) {
    const sex: Sex = random.chance(0.5) ? 'male' : 'female';
    const child = addResident(history, people, pickPersonName(random, sex, owner.surname), '', sex);
    tie(history, people, house, child, 'family', movedIn);
  }
}

function newOwner(history: History, people: People, nextPhone: () => string): { resident: Resident; surname: string } {
  const { random } = history;
  const sex: Sex = random.chance(0.58) ? 'male' : 'female';
  const surname = pickSurname(random);
  return { resident: addResident(history, people, pickPersonName(random, sex, surname), nextPhone(), sex), surname };
}

function addTenants(history: History, people: People, house: House, nextPhone: () => string): void {
  const { random, today } = history;
  const daysAgo = random.between(30, 700);
  const movedIn = later(today.subtract({ days: daysAgo }), house.handoverDate);
  const sex: Sex = random.chance(0.5) ? 'male' : 'female';
  const tenant = addResident(history, people, pickPersonName(random, sex), nextPhone(), sex);
  tie(history, people, house, tenant, 'tenant', movedIn);
  if (house.usage === 'shop' || house.usage === 'office') people.payerByHouse.set(house.id, tenant);
  if (!random.chance(0.2)) return;
  const before = addResident(history, people, pickPersonName(random, sex), nextPhone(), sex);
  const from = later(movedIn.subtract({ days: 365 }), house.handoverDate);
  tie(history, people, house, before, 'tenant', from, movedIn);
}

function dayAfter({ random, today }: History, day: Temporal.PlainDate, mostDays: number): Temporal.PlainDate {
  const chosen = day.add({ days: random.between(0, mostDays) });
  return Temporal.PlainDate.compare(chosen, today) > 0 ? today : chosen;
}

function later(left: Temporal.PlainDate, right: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(left, right) < 0 ? right : left;
}

function addResident(history: History, people: People, name: string, phone: string, sex: Sex | null): Resident {
  const resident = { id: history.newId(), name, phone, sex };
  people.residents.push(resident);
  return resident;
}

function tie(
  history: History,
  people: People,
  house: House,
  resident: Resident,
  role: Occupancy['role'],
  movedInOn: Temporal.PlainDate,
  movedOutOn: Temporal.PlainDate | null = null,
): void {
  const { communityId, id: houseId } = house;
  people.occupancies.push({
    id: history.newId(),
    communityId,
    houseId,
    residentId: resident.id,
    role,
    movedInOn,
    movedOutOn,
  });
}

const brands = '大众 丰田 比亚迪 本田 吉利 日产 奥迪 宝马 特斯拉 长安 别克 哈弗 理想 蔚来 奇瑞'.split(' ');
const colors = ['白色', '黑色', '灰色', '银色', '蓝色', '红色'];
// Real plates never carry the letters I and O, so a plate with one of them is nobody's.
const plateLetters = 'ABCDEFGHJKLMNPQRSTUVWXYZ';

function drawVehicles(history: History, people: People, community: Community): void {
  const { random } = history;
  const plates = new Set<string>();
  for (const { house } of community.parkingSpaces) {
    if (!house || !random.chance(0.88)) continue;
    let plate = '';
    do {
      const tail = `${random.pick(['I', 'O'])}${random.pick([...plateLetters])}${random.between(100, 999)}`;
      plate = `${community.plan.plate}${tail}`;
    } while (plates.has(plate));
    plates.add(plate);
    const payer = people.payerByHouse.get(house.id)!;
    people.vehicles.push({
      id: history.newId(),
      communityId: community.id,
      plate,
      parkingCard: String(200_100 + plates.size),
      brand: random.pick(brands),
      color: random.pick(colors),
      displacement: random.pick(['1.5', '1.5T', '1.6', '1.8', '2.0', '2.0T', '']),
      ownerName: payer.name,
      ownerPhone: payer.phone,
      houseId: house.id,
    });
  }
}
