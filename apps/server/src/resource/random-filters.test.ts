import {
  buildingResource,
  houseResource,
  houseStatuses,
  houseUsages,
  type ResourceRow,
  resourceEndpoints,
} from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../test/test-app.ts';

const house = resourceEndpoints(houseResource);

let server: TestApp;
let company: TestCompany;
let admin: TestPerson;
let all: ResourceRow[];

const usages = Object.keys(houseUsages);
const statuses = Object.keys(houseStatuses);

beforeAll(async () => {
  server = await startTestApp();
  company = await server.company();
  admin = await company.person('管理员');
  const { id: buildingId } = await admin.call(resourceEndpoints(buildingResource).create, {
    body: { communityId: company.communityId, name: '1栋', sortOrder: 0 },
  });
  for (let n = 0; n < 80; n += 1) {
    await admin.call(house.create, {
      body: {
        communityId: company.communityId,
        buildingId,
        number: `${(n * 37) % 101}${n % 3 === 0 ? '%A' : ''}`,
        usage: usages[(n * 7) % usages.length],
        status: statuses[(n * 5) % statuses.length],
        builtArea: `${(n * 13) % 40}.${String((n * 29) % 100).padStart(2, '0')}`,
        floor: n % 4 === 0 ? null : (n % 9) - 2,
        handoverDate: n % 5 === 0 ? null : `2024-0${(n % 9) + 1}-1${n % 10}`,
        sortOrder: n % 3,
      },
    });
  }
  all = (await admin.call(house.list, { query: { pageSize: 500 } })).rows as ResourceRow[];
});
afterAll(() => server.stop());

const range = (values: fc.Arbitrary<string>) => fc.record({ from: values, to: values }, { requiredKeys: [] });
const filters = fc.record(
  {
    usage: fc.subarray(usages),
    status: fc.subarray(statuses),
    number: fc.record({ contains: fc.constantFrom('1', '%', 'a', '0%', '_', '7') }),
    builtArea: range(fc.integer({ min: 0, max: 4000 }).map((n) => (n / 100).toFixed(2))),
    floor: range(fc.integer({ min: -3, max: 8 }).map(String)),
    handoverDate: range(fc.integer({ min: 1, max: 9 }).map((n) => `2024-0${n}-15`)),
  },
  { requiredKeys: [] },
);

type Filter = Record<string, string[] | { contains: string } | { from?: string; to?: string }>;

/** The same question asked of plain objects. */
function matches(row: ResourceRow, filter: Filter): boolean {
  return Object.entries(filter).every(([key, wanted]) => {
    const value = row[key] as string | number | null;
    if (Array.isArray(wanted)) return wanted.length === 0 || wanted.includes(String(value));
    if ('contains' in wanted) return String(value).toLowerCase().includes(wanted.contains.toLowerCase());
    const isDay = key === 'handoverDate';
    const compare = (bound: string) =>
      isDay ? (String(value) < bound ? -1 : String(value) > bound ? 1 : 0) : Number(value) - Number(bound);
    const { from, to } = wanted as { from?: string; to?: string };
    if (value === null) return !from && !to;
    return (!from || compare(from) >= 0) && (!to || compare(to) <= 0);
  });
}

it('whatever filters are set, the rows, the count and the totals are those a plain search of all rows gives', async () => {
  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      const expected = all.filter((row) => matches(row, filter as Filter));
      const list = await admin.call(house.list, { query: { filter: JSON.stringify(filter), pageSize: 500 } });
      expect(list.rows.map((row) => row.id)).toEqual(expected.map((row) => row.id));
      expect(list.total).toBe(expected.length);
      const hundredths = expected.reduce((sum, row) => sum + Math.round(Number(row.builtArea) * 100), 0);
      expect(list.totals.builtArea).toBe((hundredths / 100).toFixed(2));
    }),
    { numRuns: 60 },
  );
});

it('pages of any size, one after the other, are the list', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 7, max: 40 }),
      fc.constantFrom('floor', '-floor', 'usage,-builtArea', '-number'),
      async (pageSize, sort) => {
        const whole = await admin.call(house.list, { query: { sort, pageSize: 500 } });
        const ids: unknown[] = [];
        for (let page = 1; ids.length < whole.total; page += 1) {
          const { rows } = await admin.call(house.list, { query: { sort, pageSize, page } });
          ids.push(...rows.map((row) => row.id));
          if (rows.length === 0) break;
        }
        expect(ids).toEqual(whole.rows.map((row) => row.id));
      },
    ),
    { numRuns: 8 },
  );
});
