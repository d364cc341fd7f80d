import autocannon from 'autocannon';
import Fastify from 'fastify';
import { type BenchEnvironment, type BenchResult, inTurn, ratiosOf, spreadOf } from './bench.ts';

/** Signs the staff member of the first company in over HTTP; the session's cookie. */
export async function signInAt(address: string): Promise<string> {
  const response = await fetch(`${address}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: '18800000001', password: 'bench-2026' }),
  });
  if (response.status !== 200) throw new Error(await response.text());
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}

/** A page of a list: read for the first time one after the other; then again and again beside bare Fastify sending the same bytes. */
export async function measureList(
  environment: BenchEnvironment,
  name: string,
  url: string,
  cookie: string,
): Promise<BenchResult[]> {
  const response = await fetch(url, { headers: { cookie } });
  if (response.status !== 200) throw new Error(await response.text());
  const bytes = await response.text();
  const bare = Fastify();
  bare.get('/bytes', (_, reply) => reply.type('application/json').send(bytes));
  const bareAddress = await bare.listen({ port: 0, host: '127.0.0.1' });
  const times = await firstReadings(environment, url, cookie);
  const figures = await inTurn(
    environment.isQuick ? 1 : 5,
    () => rate(url, cookie, environment),
    () => rate(`${bareAddress}/bytes`, cookie, environment),
  );
  await bare.close();
  const ratio = spreadOf(ratiosOf(figures.ours, figures.reference));
  const p95 = times.sort((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1]!;
  return [
    {
      name: `${name}; p95 ${Math.round(p95)} ms, first readings one after the other`,
      unit: 'ms',
      ours: spreadOf(times),
      bar: { text: 'p95 ≤ 100 ms', isReached: p95 <= 100 },
    },
    {
      name: '  the same again and again at 8 connections',
      unit: 'requests/s',
      ours: spreadOf(figures.ours),
      reference: spreadOf(figures.reference),
      ratio,
      bar: { text: '≥ 0.15 × bare Fastify with the same bytes', isReached: ratio.median >= 0.15 },
    },
  ];
}

/** Times (ms) of requests one after the other, before each of which something changed. */
async function firstReadings({ services, isQuick }: BenchEnvironment, url: string, cookie: string): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < (isQuick ? 10 : 100); n += 1) {
    await services.ownerPool.query(`select nextval('change_count_everywhere')`);
    const started = performance.now();
    await (await fetch(url, { headers: { cookie } })).arrayBuffer();
    times.push(performance.now() - started);
  }
  return times;
}

/** Requests per second with eight connections. */
async function rate(url: string, cookie: string, { isQuick }: BenchEnvironment): Promise<number> {
  const result = await autocannon({ url, connections: 8, duration: isQuick ? 1 : 3, headers: { cookie } });
  if (result.non2xx > 0) throw new Error(`${result.non2xx} requests were refused`);
  return result.requests.average;
}
