import autocannon from 'autocannon';
import Fastify from 'fastify';
import { buildApp } from '../../apps/server/src/app.ts';
import { type Bench, type BenchEnvironment, inTurn, ratiosOf, spreadOf } from './bench.ts';
import { addManyHouses } from './many-houses.ts';

/** A signed-in page of houses: filtered, sorted, with count and totals, 50 of 1,000,000; against bare Fastify sending the same bytes. */
export const listBench: Bench = {
  name: 'list',
  async run(environment) {
    const { services } = environment;
    // Ten communities of a tenth each, as a company of this size would have.
    const perCommunity = environment.isQuick ? 1_000 : 100_000;
    const companies = [await environment.freshCompany()];
    environment.say(`  filling ${perCommunity * 10} houses`);
    for (let n = 1; n < 10; n += 1) companies.push(await environment.freshCompany());
    for (const company of companies) await addManyHouses(services, company, perCommunity);
    const app = await buildApp(services);
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    const cookie = await signIn(address, '18800000001');
    const filter = JSON.stringify({ usage: ['residential', 'shop'], builtArea: { from: '70', to: '140' } });
    const url = `${address}/api/houses?pageSize=50&sort=-builtArea,fullName&filter=${encodeURIComponent(filter)}`;
    const response = await fetch(url, { headers: { cookie } });
    if (response.status !== 200) throw new Error(await response.text());
    const bytes = await response.text();
    const bare = Fastify();
    bare.get('/bytes', (_, reply) => reply.type('application/json').send(bytes));
    const bareAddress = await bare.listen({ port: 0, host: '127.0.0.1' });
    const latencies: number[] = [];
    const figures = await inTurn(
      environment.isQuick ? 1 : 5,
      () => rate(url, cookie, environment, latencies),
      () => rate(`${bareAddress}/bytes`, cookie, environment, []),
    );
    await app.close();
    await bare.close();
    const ratio = spreadOf(ratiosOf(figures.ours, figures.reference));
    const latency = spreadOf(latencies);
    return [
      {
        name: 'signed-in list of 100,000 matching the community, filter + sort + totals, 50 rows: requests',
        unit: 'requests/s at 8 connections',
        ours: spreadOf(figures.ours),
        reference: spreadOf(figures.reference),
        ratio,
        bar: { text: '≥ 0.15 × bare Fastify with the same bytes', isReached: ratio.median >= 0.15 },
      },
      {
        name: 'the same, one after the other: p95 of a request',
        unit: 'ms',
        ours: latency,
        bar: { text: '≤ 100 ms', isReached: latency.median <= 100 },
      },
    ];
  },
};

async function signIn(address: string, phone: string): Promise<string> {
  const response = await fetch(`${address}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone, password: 'bench-2026' }),
  });
  if (response.status !== 200) throw new Error(await response.text());
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** Requests per second with eight connections, and the p95 of a hundred requests one after the other. */
async function rate(url: string, cookie: string, environment: BenchEnvironment, latencies: number[]): Promise<number> {
  const seconds = environment.isQuick ? 1 : 4;
  const times: number[] = [];
  for (let n = 0; n < (environment.isQuick ? 10 : 100); n += 1) {
    const started = performance.now();
    await (await fetch(url, { headers: { cookie } })).arrayBuffer();
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  latencies.push(times[Math.floor(times.length * 0.95)]!);
  const result = await autocannon({ url, connections: 8, duration: seconds, headers: { cookie } });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} requests were refused`);
  return result.requests.average;
}
