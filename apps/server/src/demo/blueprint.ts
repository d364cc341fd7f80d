/** What a community looks like, before it is drawn out house by house. Areas in square metres as exact text. */
export interface FloorPlan {
  builtArea: string;
  innerArea: string;
  rooms: number;
  halls: number;
  baths: number;
  orientation: string;
}

export type HouseUsage = 'highRise' | 'midRise' | 'lowRise' | 'villa' | 'shop' | 'office' | 'storage';

export interface BuildingPlan {
  name: string;
  usage: HouseUsage;
  /** Names of the units; none where a building has none. */
  units: readonly string[];
  floors: number;
  floorsBelow: number;
  /** One plan for each house of a floor, the same on every floor. */
  plans: readonly FloorPlan[];
  /** Years and months between the hand-over and today. */
  handedOverMonthsAgo: number;
  /** How a house on a floor is numbered; left out: floor, then place with two digits. */
  numbering?: 'door' | undefined;
}

export interface ParkingPlan {
  prefix: string;
  type: 'property' | 'public' | 'civilDefence' | 'leased';
  count: number;
  /** Share of spaces that belong to a house or are let to somebody. */
  takenShare: number;
}

/** A charge standard of a community: who is charged what. */
export interface StandardPlan {
  key: 'property' | 'energy' | 'parking';
  name: string;
  method: 'unitPrice' | 'fixed';
  everyMonths: 1 | 3;
  price: string;
  /** The price before, and how long ago it changed: always the 16th of a month, so that a bill is split. */
  before?: { price: string; changedMonthsAgo: number };
  /** Which targets are bound: usages of houses, or types of parking spaces. */
  appliesTo: readonly string[];
}

export interface CommunityPlan {
  name: string;
  code: string;
  province: string;
  city: string;
  district: string;
  address: string;
  servicePhone: string;
  note: string;
  buildings: readonly BuildingPlan[];
  parking: readonly ParkingPlan[];
  standards: readonly StandardPlan[];
  /** First character and letter of most plates here. */
  plate: string;
  /** How promptly people pay: shares of payers of each habit. */
  habits: readonly (readonly [PayingHabit, number])[];
}

/**
 * monthly: soon after the bills; quarterly: every third month; late: twice a year, with late fees; stopped: paid once and
 * then no more; never.
 */
export type PayingHabit = 'monthly' | 'quarterly' | 'late' | 'stopped' | 'never';

const usualHabits: CommunityPlan['habits'] = [
  ['monthly', 22],
  ['quarterly', 70],
  ['late', 4],
  ['stopped', 2.5],
  ['never', 1.5],
];

const home = (
  builtArea: string,
  innerArea: string,
  rooms: number,
  halls: number,
  baths: number,
  orientation: string,
): FloorPlan => ({ builtArea, innerArea, rooms, halls, baths, orientation });

const homes = {
  small: home('89.36', '70.59', 2, 2, 1, '南'),
  smallEast: home('88.72', '70.08', 2, 2, 1, '东南'),
  middle: home('108.45', '86.21', 3, 2, 1, '南'),
  middleNorth: home('105.18', '83.61', 3, 1, 1, '东'),
  large: home('127.92', '102.34', 3, 2, 2, '南北通透'),
  largeWest: home('126.40', '101.12', 3, 2, 2, '西南'),
  grand: home('143.67', '116.37', 4, 2, 2, '南北通透'),
  garden: home('136.25', '113.09', 3, 2, 2, '南北通透'),
  gardenSmall: home('118.60', '98.44', 3, 2, 2, '南'),
  villa: home('268.40', '241.56', 5, 3, 4, '南北通透'),
  villaLarge: home('312.85', '284.70', 6, 3, 5, '南北通透'),
  flat: home('76.83', '58.39', 2, 1, 1, '南'),
  flatSmall: home('52.16', '38.60', 1, 1, 1, '东'),
} as const;

const room = (builtArea: string, innerArea: string, orientation: string) =>
  home(builtArea, innerArea, 0, 0, 0, orientation);

const shopSizes = [
  ['46.20', '41.58'],
  ['58.75', '52.30'],
  ['83.10', '75.62'],
  ['121.44', '110.51'],
] as const;

const shopOf = (place: number, orientation: string) => {
  const [builtArea, innerArea] = shopSizes[place % shopSizes.length]!;
  return room(builtArea, innerArea, orientation);
};

const tower = (
  number: number,
  floors: number,
  unitCount: number,
  plans: readonly FloorPlan[],
  handedOverMonthsAgo: number,
): BuildingPlan => ({
  name: `${number}栋`,
  usage: floors > 11 ? 'highRise' : 'midRise',
  units: Array.from({ length: unitCount }, (_, index) => `${index + 1}单元`),
  floors,
  floorsBelow: 2,
  plans,
  handedOverMonthsAgo,
});

const four = [homes.large, homes.small, homes.smallEast, homes.largeWest];
const threePlans = [homes.grand, homes.middle, homes.middleNorth];

const highRise: CommunityPlan = {
  name: '锦澜府',
  code: 'JLF',
  province: '浙江省',
  city: '杭州市',
  district: '余杭区',
  address: '锦澜路 66 号',
  servicePhone: '0571-00001066',
  note: '高层住宅，2019 年起分三期交付；业主大会 2024 年表决通过调价',
  buildings: [
    tower(1, 18, 2, four, 76),
    tower(2, 18, 2, four, 76),
    tower(3, 17, 2, four, 76),
    tower(4, 18, 2, four, 64),
    tower(5, 16, 2, threePlans, 64),
    tower(6, 18, 2, four, 64),
    tower(7, 15, 2, threePlans, 64),
    tower(8, 18, 2, four, 41),
    tower(9, 18, 2, four, 41),
    tower(10, 11, 2, [homes.grand, homes.grand], 41),
    tower(11, 11, 2, [homes.grand, homes.grand], 41),
    tower(12, 17, 2, four, 7),
    {
      name: '沿街商铺',
      usage: 'shop',
      units: [],
      floors: 1,
      floorsBelow: 0,
      plans: Array.from({ length: 24 }, (_, index) => shopOf(index, '南')),
      handedOverMonthsAgo: 64,
      numbering: 'door',
    },
  ],
  parking: [
    { prefix: 'A', type: 'property', count: 420, takenShare: 0.94 },
    { prefix: 'B', type: 'civilDefence', count: 180, takenShare: 0.72 },
    { prefix: 'L', type: 'public', count: 60, takenShare: 0.35 },
  ],
  standards: [
    {
      key: 'property',
      name: '高层住宅物业费',
      method: 'unitPrice',
      everyMonths: 1,
      price: '2.80',
      before: { price: '2.60', changedMonthsAgo: 4 },
      appliesTo: ['highRise', 'midRise'],
    },
    { key: 'property', name: '商铺物业费', method: 'unitPrice', everyMonths: 1, price: '4.50', appliesTo: ['shop'] },
    {
      key: 'energy',
      name: '公共能耗（按面积）',
      method: 'unitPrice',
      everyMonths: 3,
      price: '0.18',
      appliesTo: ['highRise', 'midRise'],
    },
    {
      key: 'parking',
      name: '地下车位管理费',
      method: 'fixed',
      everyMonths: 3,
      price: '80',
      appliesTo: ['property', 'civilDefence'],
    },
    { key: 'parking', name: '地面车位租用费', method: 'fixed', everyMonths: 1, price: '150', appliesTo: ['public'] },
  ],
  plate: '浙A',
  habits: usualHabits,
};

const villaRow = (number: number, houses: number, plan: FloorPlan): BuildingPlan => ({
  name: `别墅${number}区`,
  usage: 'villa',
  units: [],
  floors: 1,
  floorsBelow: 1,
  plans: Array.from({ length: houses }, () => plan),
  handedOverMonthsAgo: 52,
  numbering: 'door',
});

const gardenHouse = (number: number, handedOverMonthsAgo: number): BuildingPlan => ({
  name: `${number}幢`,
  usage: 'lowRise',
  units: ['1单元', '2单元', '3单元'],
  floors: 6,
  floorsBelow: 1,
  plans: number % 2 === 0 ? [homes.garden, homes.garden] : [homes.garden, homes.gardenSmall],
  handedOverMonthsAgo,
});

const lowRise: CommunityPlan = {
  name: '溪山云墅',
  code: 'XSYS',
  province: '江苏省',
  city: '苏州市',
  district: '吴中区',
  address: '溪山路 18 号',
  servicePhone: '0512-00001018',
  note: '六层洋房与联排别墅，按季收费',
  buildings: [
    ...Array.from({ length: 10 }, (_, index) => gardenHouse(index + 1, index < 6 ? 58 : 46)),
    villaRow(1, 28, homes.villa),
    villaRow(2, 24, homes.villa),
    villaRow(3, 16, homes.villaLarge),
  ],
  parking: [
    { prefix: 'C', type: 'property', count: 220, takenShare: 0.9 },
    { prefix: 'D', type: 'leased', count: 40, takenShare: 0.6 },
  ],
  standards: [
    { key: 'property', name: '洋房物业费', method: 'unitPrice', everyMonths: 3, price: '3.20', appliesTo: ['lowRise'] },
    { key: 'property', name: '别墅物业费', method: 'unitPrice', everyMonths: 3, price: '4.80', appliesTo: ['villa'] },
    {
      key: 'energy',
      name: '公共能耗（按户）',
      method: 'fixed',
      everyMonths: 3,
      price: '25',
      appliesTo: ['lowRise', 'villa'],
    },
    {
      key: 'parking',
      name: '车位管理费（按季）',
      method: 'fixed',
      everyMonths: 3,
      price: '60',
      appliesTo: ['property', 'leased'],
    },
  ],
  plate: '苏E',
  habits: [
    ['monthly', 50],
    ['quarterly', 43],
    ['late', 4],
    ['stopped', 2],
    ['never', 1],
  ],
};

const flats = [homes.flat, homes.flatSmall, homes.flatSmall, homes.flat, homes.small, homes.small];
const officeFloor = [
  room('186.30', '130.41', '南'),
  room('142.75', '99.93', '东'),
  room('98.60', '69.02', '北'),
  room('98.60', '69.02', '北'),
  room('142.75', '99.93', '西'),
];

const mixed: CommunityPlan = {
  name: '汇景中心',
  code: 'HJZX',
  province: '四川省',
  city: '成都市',
  district: '武侯区',
  address: '汇景大道 200 号',
  servicePhone: '028-00001200',
  note: '住宅、写字楼与底商的综合体',
  buildings: [
    tower(1, 18, 2, flats, 69),
    tower(2, 18, 2, flats, 69),
    tower(3, 18, 2, flats, 55),
    tower(4, 16, 2, four, 55),
    tower(5, 18, 2, flats, 30),
    {
      name: 'A座写字楼',
      usage: 'office',
      units: [],
      floors: 16,
      floorsBelow: 2,
      plans: officeFloor,
      handedOverMonthsAgo: 69,
    },
    {
      name: '商业裙楼',
      usage: 'shop',
      units: [],
      floors: 3,
      floorsBelow: 0,
      plans: Array.from({ length: 20 }, (_, index) => shopOf(index * 3, index < 10 ? '南' : '北')),
      handedOverMonthsAgo: 69,
    },
  ],
  parking: [
    { prefix: 'B1-', type: 'property', count: 200, takenShare: 0.88 },
    { prefix: 'B2-', type: 'leased', count: 80, takenShare: 0.7 },
  ],
  standards: [
    {
      key: 'property',
      name: '住宅物业费',
      method: 'unitPrice',
      everyMonths: 3,
      price: '2.20',
      appliesTo: ['highRise', 'midRise'],
    },
    { key: 'property', name: '商铺物业费', method: 'unitPrice', everyMonths: 1, price: '4.50', appliesTo: ['shop'] },
    {
      key: 'property',
      name: '写字楼物业费',
      method: 'unitPrice',
      everyMonths: 3,
      price: '8.50',
      appliesTo: ['office'],
    },
    {
      key: 'parking',
      name: '地下车位管理费',
      method: 'fixed',
      everyMonths: 3,
      price: '60',
      appliesTo: ['property', 'leased'],
    },
  ],
  plate: '川A',
  habits: [
    ['monthly', 45],
    ['quarterly', 45],
    ['late', 5],
    ['stopped', 3],
    ['never', 2],
  ],
};

const small: CommunityPlan = {
  name: '桂花苑',
  code: 'GHY',
  province: '江苏省',
  city: '南京市',
  district: '秦淮区',
  address: '桂花巷 5 号',
  servicePhone: '025-00001005',
  note: '',
  buildings: [
    { ...gardenHouse(1, 120), units: ['1单元', '2单元'] },
    { ...gardenHouse(2, 120), units: ['1单元', '2单元'] },
  ],
  parking: [{ prefix: '', type: 'public', count: 20, takenShare: 0.7 }],
  standards: [
    { key: 'property', name: '住宅物业费', method: 'unitPrice', everyMonths: 3, price: '1.50', appliesTo: ['lowRise'] },
    { key: 'parking', name: '停车费', method: 'fixed', everyMonths: 3, price: '100', appliesTo: ['public'] },
  ],
  plate: '苏A',
  habits: usualHabits,
};

/** The communities of the demo company, and the one of the small second company. */
export const mainCommunities: readonly CommunityPlan[] = [highRise, lowRise, mixed];
export const secondCommunities: readonly CommunityPlan[] = [small];
