import type { TargetKind } from '@anlin/contract';
import { compileStandard, type PriceBill } from '@anlin/pricing';
import type { StandardPlan } from './blueprint.ts';
import type { Community, House, ParkingSpace } from './draw-estate.ts';
import type { History } from './history.ts';

/** A charge item as bills need it. */
export interface ChargeItem {
  id: string;
  key: StandardPlan['key'];
  dueDays: number;
  lateFeeRatePerDay: string | null;
  lateFeeGraceDays: number;
  lateFeeCapShare: string | null;
}

export interface StandardPrice {
  id: string;
  /** Null: from the beginning. */
  from: string | null;
  price: string;
}

export interface ChargeStandard {
  id: string;
  item: ChargeItem;
  name: string;
  plan: StandardPlan;
  prices: StandardPrice[];
  price: PriceBill;
}

export interface Binding {
  id: string;
  communityId: string;
  standard: ChargeStandard;
  targetKind: TargetKind;
  targetId: string;
  /** House whose payer pays for the target; null where nobody holds it. */
  houseId: string | null;
  startsOn: Temporal.PlainDate;
  quantity: string;
  ownPrice: string | null;
  note: string;
}

/** The standards of a community with their price history, each ready to price. */
export function drawStandards(history: History, community: Community, items: readonly ChargeItem[]): ChargeStandard[] {
  return community.plan.standards.map((plan) => {
    const item = items.find((one) => one.key === plan.key)!;
    const prices = drawPrices(history, plan);
    const compiled = compileStandard({
      method: plan.method === 'fixed' ? { kind: 'fixed' } : { kind: 'unitPrice', quantity: 'builtArea' },
      everyMonths: plan.everyMonths,
      alignment: 'natural',
      proration: { kind: 'actualDays' },
      precision: 'fen',
      rounding: 'halfUp',
      prices,
    });
    if (!compiled.ok) throw new Error(`standard ${plan.name} of the demo cannot be priced`);
    return {
      id: history.newId(),
      item,
      name: `${community.plan.name} ${plan.name}`,
      plan,
      prices,
      price: compiled.price,
    };
  });
}

function drawPrices(history: History, { price, before }: StandardPlan): StandardPrice[] {
  const id = history.newId;
  if (!before) return [{ id: id(), from: null, price }];
  const from = history.today.subtract({ months: before.changedMonthsAgo }).with({ day: 16 });
  return [
    { id: id(), from: null, price: before.price },
    { id: id(), from: from.toString(), price },
  ];
}

/**
 * Binds every house and every taken parking space to its standards, from the hand-over on but not from before the year
 * the demo tells of: earlier bills are in the old books.
 */
export function drawBindings(history: History, community: Community, standards: readonly ChargeStandard[]): Binding[] {
  return standards.flatMap((standard) => {
    const { appliesTo, key } = standard.plan;
    if (key === 'parking') {
      return community.parkingSpaces
        .filter((space) => appliesTo.includes(space.type) && (space.house !== null || space.status === 'sold'))
        .map((space) => bindParkingSpace(history, standard, space));
    }
    return community.houses
      .filter((house) => appliesTo.includes(house.usage))
      .map((house) => bindHouse(history, standard, house));
  });
}

function bindHouse(history: History, standard: ChargeStandard, house: House): Binding {
  return {
    id: history.newId(),
    communityId: house.communityId,
    standard,
    targetKind: 'house',
    targetId: house.id,
    houseId: house.id,
    startsOn: laterDay(house.handoverDate, history.start),
    quantity: house.plan.builtArea,
    ...ownTerms(standard, house),
  };
}

/** Unsold houses are charged 70 %, houses of the staff half: agreed prices, not other standards. */
function ownTerms(standard: ChargeStandard, house: House): { ownPrice: string | null; note: string } {
  if (standard.item.key !== 'property') return { ownPrice: null, note: '' };
  const tenths = house.tags.has('开发商') ? 7n : house.tags.has('员工房') ? 5n : 10n;
  if (tenths === 10n) return { ownPrice: null, note: '' };
  const thousandths = BigInt(standard.plan.price.replace('.', '')) * tenths;
  const ownPrice = `${thousandths / 1000n}.${String(thousandths % 1000n).padStart(3, '0')}`;
  return { ownPrice, note: tenths === 7n ? '未售房屋由开发商按 70% 缴纳' : '员工房按 50% 收取' };
}

function bindParkingSpace(history: History, standard: ChargeStandard, space: ParkingSpace): Binding {
  const from = space.house ? laterDay(space.house.handoverDate, history.start) : history.start;
  return {
    id: history.newId(),
    communityId: space.communityId,
    standard,
    targetKind: 'parkingSpace',
    targetId: space.id,
    houseId: space.house?.id ?? null,
    startsOn: from,
    quantity: '1',
    ownPrice: null,
    note: '',
  };
}

function laterDay(left: Temporal.PlainDate, right: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(left, right) < 0 ? right : left;
}
