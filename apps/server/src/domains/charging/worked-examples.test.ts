import * as contract from '@anlin/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { taskHandlers } from '../../app.ts';
import { runTask } from '../../platform/tasks/run-task.ts';
import { addBuilding, addHouse } from './charging.fixture.ts';

// The worked examples 1…16 of charging, from the form to the bill through the API. The figures were worked out by hand.

let server: TestApp;
let company: TestCompany;
let supervisor: TestPerson;
let buildingId: string;
beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  supervisor = await company.person('收费主管');
  buildingId = await company.run((ctx) => addBuilding(ctx, company.communityId, '1栋'));
});
afterAll(() => server.stop());

const item = contract.resourceEndpoints(contract.chargeItemResource);
const bills = contract.resourceEndpoints(contract.billResource);
let made = 0;

interface Example {
  title: string;
  area?: string;
  item?: Record<string, unknown>;
  standard?: Record<string, unknown>;
  binding?: Record<string, unknown>;
  newPrice?: { startsOn: string; price: string };
  months: [from: string, to: string];
  /** Amounts of the bills in order of time. */
  expected: string[];
  periods?: string[];
  /** Part of the first bill's explanation. */
  sentence?: string;
}

const water = { method: 'tiers', quantitySource: 'meterUsage', quantityUnit: 'm³', price: null };
const tier = (upTo: string | null, price: string) => ({ upTo, perHead: '0', price });
const monthTiers = { span: 'month', freeHeads: 0, tiers: [tier('12', '3.03'), tier('18', '4.23'), tier(null, '6.71')] };
const yearTiers = { span: 'year', freeHeads: 0, tiers: [tier('216', '3.03'), tier(null, '4.23')] };
const waterFormula = 'tier(用量, [[12, 3.03], [18, 4.23], [null, 6.71]])';

const fromMidJanuary = { startsOn: '2026-01-15' };
const cut = { ...fromMidJanuary, endsOn: '2026-03-10' };
const threeMonths: Example['months'] = ['2026-01', '2026-03'];
const january: Example['months'] = ['2026-01', '2026-01'];
const quarter: Example['months'] = ['2026-02', '2026-02'];
const quarterly = { everyMonths: 3 };

const examples: Example[] = [
  { title: '1 one whole month', months: january, expected: ['275.80'] },
  { title: '2 and 3 actual days', binding: cut, months: threeMonths, expected: ['151.25', '275.80', '80.07'] },
  {
    title: '4 and 5 months of thirty days',
    item: { proration: 'thirtyDays' },
    binding: cut,
    months: threeMonths,
    expected: ['156.29', '275.80', '82.74'],
  },
  {
    title: '4 thirty days of January are never more than the month',
    item: { proration: 'thirtyDays' },
    binding: { startsOn: '2026-01-02' },
    months: january,
    expected: ['275.80'],
  },
  {
    title: '6 any part counts whole',
    item: { proration: 'wholePeriod' },
    binding: cut,
    months: threeMonths,
    expected: ['275.80', '275.80', '275.80'],
  },
  {
    title: '7 nothing under 15 days, else whole',
    item: { proration: 'nothingUnder', prorationDays: 15 },
    binding: cut,
    months: threeMonths,
    expected: ['275.80', '275.80'],
  },
  {
    title: '8 natural quarter from 10 February',
    standard: quarterly,
    binding: { startsOn: '2026-02-10' },
    months: quarter,
    expected: ['462.95'],
    periods: ['2026-02-10…2026-04-01'],
    sentence: '98.50㎡ × 2.80元/㎡·月 × (19/28 + 1)个月 = 462.95元',
  },
  {
    title: '9 quarter aligned to the binding',
    standard: { ...quarterly, alignment: 'binding' },
    binding: { startsOn: '2026-02-10' },
    months: quarter,
    expected: ['827.40'],
    periods: ['2026-02-10…2026-05-10'],
  },
  {
    title: '10 a new price within the month',
    newPrice: { startsOn: '2026-03-16', price: '3.10' },
    months: ['2026-03', '2026-03'],
    expected: ['291.05'],
    sentence: '98.50㎡ × 3.10元/㎡·月 × 16/31个月（2026-03-16起） = 157.60元',
  },
  {
    title: '11 months of a binding from the last day never drift',
    standard: { alignment: 'binding' },
    binding: { startsOn: '2026-01-31' },
    months: threeMonths,
    expected: ['275.80', '275.80', '275.80'],
    periods: ['2026-01-31…2026-02-28', '2026-02-28…2026-03-31', '2026-03-31…2026-04-30'],
  },
  ...(
    [
      ['12', 'jiao', 'halfUp', '151.20'],
      ['12', 'jiao', 'up', '151.30'],
      ['12', 'jiao', 'down', '151.20'],
      ['13', 'yuan', 'halfUp', '151.00'],
      ['13', 'yuan', 'up', '152.00'],
      ['13', 'yuan', 'down', '151.00'],
    ] as const
  ).map(
    ([number, precision, rounding, amount]): Example => ({
      title: `${number} precision ${precision}, ${rounding}`,
      item: { precision, rounding },
      binding: fromMidJanuary,
      months: january,
      expected: [amount],
    }),
  ),
  {
    // 98.50 × 2.80 × 17 ÷ 31 × 1.06 = 160.3198…; the tax of the gross sum split again is 151.24 + 9.08.
    title: 'a price without tax, 6 % added before the one rounding',
    item: { isTaxIncluded: false },
    binding: cut,
    months: threeMonths,
    expected: ['160.32', '292.35', '84.88'],
    sentence: '98.50㎡ × 2.80元/㎡·月 × 17/31个月 × (1 + 税率 6%) = 160.31987096…元，四舍五入到分为 160.32元',
  },
  {
    title: 'a new price without tax within the month',
    item: { isTaxIncluded: false },
    newPrice: { startsOn: '2026-03-16', price: '3.10' },
    months: ['2026-03', '2026-03'],
    expected: ['308.51'],
    sentence: '合计 × (1 + 税率 6%) = 308.51470967…元，四舍五入到分为 308.51元',
  },
  {
    title: 'tiers at prices without tax',
    item: { kind: 'metered', isTaxIncluded: false, taxRate: '3' },
    standard: { ...water, tiers: monthTiers },
    binding: { startsOn: '2026-01-01', ownQuantity: '20' },
    months: january,
    expected: ['77.41'],
    sentence: '(12m³ × 3.03元/m³ + 6m³ × 4.23元/m³ + 2m³ × 6.71元/m³) × (1 + 税率 3%) = 77.4148元',
  },
  {
    title: '14 another area and price',
    area: '118.24',
    standard: { price: '2.35' },
    months: january,
    expected: ['277.86'],
  },
  {
    title: '15 water by tiers of the month',
    item: { kind: 'metered' },
    standard: { ...water, tiers: monthTiers },
    binding: { startsOn: '2026-01-01', ownQuantity: '20' },
    months: january,
    expected: ['75.16'],
    sentence: '12m³ × 3.03元/m³ + 6m³ × 4.23元/m³ + 2m³ × 6.71元/m³ = 75.16元',
  },
  {
    title: '15 the same by a formula',
    item: { kind: 'metered' },
    standard: { method: 'formula', quantitySource: 'one', formula: waterFormula, price: '0' },
    binding: { startsOn: '2026-01-01', ownQuantity: '20' },
    months: january,
    expected: ['75.16'],
    sentence: '其中 用量 = 20',
  },
];

async function setUp(example: Example) {
  made += 1;
  const name = `例${made}`;
  const houseId = await company.run((ctx) =>
    addHouse(ctx, { communityId: company.communityId, buildingId, number: name, builtArea: example.area ?? '98.50' }),
  );
  const usual = { kind: 'periodic', precision: 'fen', rounding: 'halfUp', proration: 'actualDays', raiseOffset: 0 };
  const terms = { dueDays: 30, lateFeeGraceDays: 0, taxRate: '6', sortOrder: 1 };
  const { id: chargeItemId } = await supervisor.call(item.create, {
    body: { name, ...usual, ...terms, ...example.item },
  });
  const { id: chargeStandardId } = await supervisor.call(contract.createChargeStandard, {
    body: {
      chargeItemId,
      name,
      method: 'unitPrice',
      quantitySource: 'builtArea',
      everyMonths: 1,
      price: '2.80',
      ...example.standard,
    } as never,
  });
  if (example.newPrice)
    await supervisor.call(contract.addStandardPrice, { params: { id: chargeStandardId }, body: example.newPrice });
  const selection = { targetKind: 'house' as const, communityId: company.communityId, houseIds: [houseId] };
  await supervisor.call(contract.bindStandard, {
    body: { chargeStandardId, selection, startsOn: '2026-01-01', ...example.binding },
  });
  return { houseId, chargeItemId, chargeStandardId };
}

async function raise(chargeItemId: string, [monthFrom, monthTo]: Example['months']) {
  const order = { communityId: company.communityId, chargeItemIds: [chargeItemId], monthFrom, monthTo };
  const preview = await supervisor.call(contract.previewBills, { body: order });
  const { taskId } = await supervisor.call(contract.raiseBills, { body: order });
  await runTask(server.services, taskHandlers, company.id, taskId);
  const { rows } = await supervisor.call(bills.list, {
    query: { filter: JSON.stringify({ chargeItemId: [chargeItemId] }), sort: 'periodFrom' },
  });
  return { preview, rows };
}

describe('worked example', () => {
  it.each(examples)('$title', async (example) => {
    const { chargeItemId } = await setUp(example);
    const { preview, rows } = await raise(chargeItemId, example.months);
    expect(rows.map((row) => row.receivable)).toEqual(example.expected);
    expect(preview.lines.map((line) => line.amount)).toEqual(example.expected);
    if (example.periods) {
      const dayAfter = (day: unknown) => Temporal.PlainDate.from(String(day)).add({ days: 1 }).toString();
      expect(rows.map((row) => `${row.periodFrom}…${dayAfter(row.lastDay)}`)).toEqual(example.periods);
    }
    if (example.sentence) {
      const { sentence, basis } = await supervisor.call(contract.getBillHistory, {
        params: { id: String(rows[0]!.id) },
      });
      expect(sentence).toContain(example.sentence);
      expect(basis.map((one) => one.link?.kind)).toEqual(['house', 'chargeStandard', 'standardBinding', 'raisingRun']);
    }
  });

  it.each([
    [
      'tiers of the year',
      { ...water, tiers: yearTiers },
      '本年已用 210m³，6m³ × 3.03元/m³ + 14m³ × 4.23元/m³ = 77.40元',
    ],
    [
      'a formula that reads the year',
      {
        method: 'formula',
        quantitySource: 'one',
        formula: 'tier(用量, [[216, 3.03], [null, 4.23]], 本年已用)',
        price: '0',
      },
      '其中 用量 = 20，本年已用 = 210',
    ],
  ])('16 water by the year, 210 used before and 20 now: %s', async (_, standard, sentence) => {
    const example: Example = { title: '16', item: { kind: 'metered' }, standard, months: january, expected: [] };
    const { chargeItemId, houseId } = await setUp({
      ...example,
      binding: { startsOn: '2026-01-01', ownQuantity: '210' },
    });
    expect((await raise(chargeItemId, january)).rows.map((row) => row.receivable)).toEqual(['636.30']);
    const { rows: bound } = await supervisor.call(contract.resourceEndpoints(contract.standardBindingResource).list, {
      query: { filter: JSON.stringify({ houseId: [houseId] }) },
    });
    const body = { version: Number(bound[0]!.version), ownQuantity: '20' };
    await supervisor.call(contract.updateStandardBinding, { params: { id: String(bound[0]!.id) }, body });
    const { rows } = await raise(chargeItemId, ['2026-02', '2026-02']);
    expect(rows.map((row) => row.receivable)).toEqual(['636.30', '77.40']);
    const history = await supervisor.call(contract.getBillHistory, { params: { id: String(rows[1]!.id) } });
    expect(history.sentence).toContain(sentence);
  });
});
