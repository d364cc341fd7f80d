import { buildApp } from '../../apps/server/src/app.ts';
import type { Bench, BenchResult } from './bench.ts';
import { measureList, signInAt } from './list-pages.ts';
import { addManyHouses } from './many-houses.ts';
import { addManyReceipts } from './many-receipts.ts';

const filtered = (filter: object) => ({ filter: JSON.stringify(filter) });

/** Pages of the bills list (CHG-8), each with count and the sums of nine columns of money. */
const requests: readonly { name: string; query: Record<string, string> }[] = [
  {
    name: 'one month: 20,000 match',
    query: filtered({ periodFrom: { from: '2025-10-01', to: '2025-10-31' } }),
  },
  { name: 'what is due: 61,000 match', query: filtered({ state: ['due', 'partlyPaid'] }) },
  {
    name: 'what is due of a year, most first: 1,000 match',
    query: {
      sort: '-outstanding',
      ...filtered({ state: ['due', 'partlyPaid'], periodFrom: { from: '2024-01-01', to: '2024-12-31' } }),
    },
  },
  {
    name: 'a year: 240,000 match',
    query: filtered({ periodFrom: { from: '2025-01-01', to: '2025-12-31' } }),
  },
  { name: 'everything: 1,060,000 match', query: {} },
  { name: 'a house: 106 match', query: { q: '7-77' } },
];

/** Signed-in pages of 50 of 1,060,000 bills of one community, as `list` measures those of houses. */
export const billListBench: Bench = {
  name: 'bill-list',
  async run(environment) {
    const { services, isQuick } = environment;
    const company = await environment.freshCompany();
    environment.say('  filling bills and receipts');
    await addManyHouses(services, company, isQuick ? 1_000 : 10_000);
    await addManyReceipts(services, company, isQuick ? 30 : 53, environment.say);
    const app = await buildApp(services);
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    const cookie = await signInAt(address);
    const results: BenchResult[] = [];
    for (const { name, query } of requests) {
      const url = `${address}/api/bills?${new URLSearchParams({ pageSize: '50', communityId: company.communityId, ...query })}`;
      environment.say(`  ${name}`);
      results.push(...(await measureList(environment, `list of bills, ${name}`, url, cookie)));
    }
    await app.close();
    return results;
  },
};
