import { estateFail, type HouseBatch } from '@anlin/contract';
import { houseNames } from './house-name.ts';

export const maxBatchHouses = 5000;

export interface PlannedHouse {
  /** Name of the unit; null when the building has none. */
  unit: string | null;
  floor: number;
  number: string;
  fullName: string;
  searchKey: string;
}

/**
 * The houses a pattern makes: units × floors × rooms, in that order (EST-3). `{building}` and `{unit}` are the digits or
 * letters of their names, `{floor}` and `{room}` count; `{room:2}` pads to two digits.
 * Errors: house.batchTooLarge, house.batchPattern, house.batchRepeated.
 */
export function planHouses(building: string, batch: HouseBatch): PlannedHouse[] {
  const unitCount = Math.max(1, batch.unitCount);
  const count = unitCount * batch.floorCount * batch.roomsPerFloor;
  if (count > maxBatchHouses) throw estateFail('house.batchTooLarge', { limit: maxBatchHouses, count });
  const write = readPattern(batch.pattern);
  const houses: PlannedHouse[] = [];
  const seen = new Set<string>();
  for (let unitNumber = 1; unitNumber <= unitCount; unitNumber += 1) {
    const unit = batch.unitCount === 0 ? null : `${unitNumber}单元`;
    for (const floor of floorsFrom(batch.firstFloor, batch.floorCount)) {
      for (let room = 1; room <= batch.roomsPerFloor; room += 1) {
        const number = write({
          building: coreOf(building),
          unit: unit === null ? '' : String(unitNumber),
          floor,
          room,
        });
        if (seen.has(`${unit} ${number}`)) throw estateFail('house.batchRepeated', { number });
        seen.add(`${unit} ${number}`);
        houses.push({ unit, floor, number, ...houseNames(building, unit, number) });
      }
    }
  }
  return houses;
}

/** There is no floor 0: below the first comes -1. */
function floorsFrom(first: number, count: number): number[] {
  const floors: number[] = [];
  for (let floor = first; floors.length < count; floor += 1) {
    if (floor !== 0) floors.push(floor);
  }
  if ((floors.at(-1) as number) > 300) throw estateFail('house.batchPattern', { reason: '最高楼层不能超过 300' });
  return floors;
}

interface PatternValues {
  building: string;
  unit: string;
  floor: number;
  room: number;
}

function readPattern(pattern: string): (values: PatternValues) => string {
  const rest = pattern.replace(/\{(building|unit|floor|room)(:[1-4])?\}/g, '');
  if (/[{}]/.test(rest))
    throw estateFail('house.batchPattern', { reason: '只能使用 {building}、{unit}、{floor}、{room}' });
  if (!/\{room/.test(pattern)) throw estateFail('house.batchPattern', { reason: '须含 {room}，否则每层的房号都一样' });
  return (values) =>
    pattern.replace(/\{(building|unit|floor|room)(?::([1-4]))?\}/g, (_, key: keyof PatternValues, digits?: string) => {
      const text = String(values[key]);
      return text.startsWith('-')
        ? `-${text.slice(1).padStart(Number(digits ?? 0), '0')}`
        : text.padStart(Number(digits ?? 0), '0');
    });
}

/** `12栋` → `12`, `A座` → `A`, `听涛阁` → `听涛阁`. */
function coreOf(building: string): string {
  return /[0-9]+|[A-Za-z]+/.exec(building)?.[0] ?? building;
}
