import { buildApp } from '../../apps/server/src/app.ts';
import { type Bench, type BenchResult, secondsOf, spreadOf } from './bench.ts';
import { addManyHouses } from './many-houses.ts';
import { addManyReceipts } from './many-receipts.ts';
import { signInOf } from './sign-in.ts';

/** What the cashier's desk asks when a house is opened, of houses with two bills a month for ten years. */
export const deskBench: Bench = {
  name: 'desk',
  async run(environment) {
    const { services, isQuick } = environment;
    const company = await environment.freshCompany();
    const houses = isQuick ? 200 : 4_000;
    environment.say(`  filling ten years of bills of ${houses} houses`);
    await addManyHouses(services, company, houses);
    await addManyReceipts(services, company, 120, environment.say);
    const app = await buildApp(services);
    const cookie = await signInOf(app);
    const { rows } = await services.ownerPool.query<{ id: string }>(
      'select id from house where company_id = $1 order by id limit 50',
      [company.companyId],
    );
    const results: BenchResult[] = [];
    for (const [name, addressOf] of opened) {
      const times: number[] = [];
      for (const { id } of rows) {
        const url = addressOf(id);
        const seconds = await secondsOf(async () => {
          const response = await app.inject({ method: 'GET', url, headers: { cookie } });
          if (response.statusCode !== 200) throw new Error(`${url}: ${response.body}`);
        });
        times.push(seconds * 1000);
      }
      const p95 = times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1]!;
      results.push({
        name: `${name}, p95 ${Math.round(p95)} ms`,
        unit: 'ms',
        ours: spreadOf(times),
        bar: { text: 'p95 ≤ 150 ms', isReached: p95 <= 150 },
      });
    }
    await app.close();
    return results;
  },
};

const opened: readonly [name: string, addressOf: (houseId: string) => string][] = [
  ['desk, a house with ten years of bills', (id) => `/api/cashier/account?targetKind=house&targetId=${id}`],
  ['account of a house with ten years of bills', (id) => `/api/houses/${id}/account`],
];
