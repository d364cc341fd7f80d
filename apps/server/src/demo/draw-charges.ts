import { compileStandard, type PriceBill, type Proration } from '@anlin/pricing';
import type { StandardPlan } from './blueprint.ts';
import type { Community, House, ParkingSpace } from './draw-estate.ts';
import type { History } from './history.ts';

/** A charge item of the demo companies. `key` is what the standards of the blueprint name. */
export interface ChargeItem {
  id: string;
  key: string;
  name: string;
  kind: 'periodic' | 'metered' | 'oneOff' | 'rent' | 'deposit';
  proration: Proration['kind'];
  dueDays: number;
  lateFeeRatePerDay: string | null;
  lateFeeGraceDays: number;
  lateFeeCapShare: string | null;
  taxRate: string;
  sortOrder: number;
  note: string;
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
  targetKind: 'house' | 'parkingSpace';
  targetId: string;
  /** House whose payer pays for the target; null where nobody holds it. */
  houseId: string | null;
  startsOn: Temporal.PlainDate;
  quantity: string;
  ownPrice: string | null;
  note: string;
}

const usual = {
  kind: 'periodic',
  proration: 'actualDays',
  dueDays: 30,
  lateFeeRatePerDay: null,
  lateFeeGraceDays: 0,
  lateFeeCapShare: null,
  taxRate: '6',
  note: '',
} as const;

const itemPlans: readonly Omit<ChargeItem, 'id' | 'sortOrder'>[] = [
  {
    ...usual,
    key: 'property',
    name: '物业管理费',
    lateFeeRatePerDay: '0.0005',
    lateFeeGraceDays: 60,
    lateFeeCapShare: '1',
    note: '逾期 60 天后按日万分之五计违约金，不超过本金',
  },
  { ...usual, key: 'energy', name: '公共能耗费', note: '电梯、公共照明、二次供水用电' },
  { ...usual, key: 'parking', name: '车位管理费', taxRate: '9' },
  { ...usual, key: 'water', name: '水费', kind: 'metered', taxRate: '3' },
  { ...usual, key: 'electricity', name: '电费', kind: 'metered', taxRate: '13' },
  { ...usual, key: 'rent', name: '租金', kind: 'rent', taxRate: '9' },
  { ...usual, key: 'rubbish', name: '装修垃圾清运费', kind: 'oneOff' },
  { ...usual, key: 'visitorParking', name: '临时停车费', kind: 'oneOff', taxRate: '9' },
  { ...usual, key: 'deposit', name: '装修保证金', kind: 'deposit', taxRate: '0' },
];

export function drawItems(history: History): ChargeItem[] {
  return itemPlans.map((plan, index) => ({ ...plan, id: history.newId(), sortOrder: (index + 1) * 10 }));
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
