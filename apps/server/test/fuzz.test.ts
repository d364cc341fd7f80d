import { type Endpoint, isAppAccess, isResidentAccess } from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../src/app.ts';
import { enterAsResident, type TestResident } from './resident-person.ts';
import { startTestApp, type TestApp } from './test-app.ts';
import { idsOfEveryKind, type KnownId, kindAt } from './walk/kinds.ts';
import { type MarkedCompany, makeMarkedCompany } from './walk/marked-company.ts';
import { type Credential, makeRequest, send, type WalkInput } from './walk/request.ts';
import { nobody } from './walk/sample.ts';

/** A failing request is found again with FUZZ_SEED. */
const seed = Number(process.env.FUZZ_SEED ?? 20260310);
// Sessions would end, and files are not JSON.
const endpoints = routes
  .map((route) => route.endpoint)
  .filter(
    (one) =>
      one.access !== 'public' &&
      one.transport === 'json' &&
      !one.id.startsWith('session.') &&
      one.id !== 'household.signOut',
  );
const writing = endpoints.filter((one) => one.method !== 'GET' && one.method !== 'DELETE');

let server: TestApp;
let company: MarkedCompany;
let resident: TestResident;
let ids: KnownId[];
beforeAll(async () => {
  server = await startTestApp();
  company = await makeMarkedCompany(server, {
    community: '密甲',
    company: '公甲',
    phone: '1387700',
    idCard: '11010519491231002X',
    sum: '98765.43',
  });
  ids = await idsOfEveryKind(server.services.ownerPool, company);
  resident = await enterAsResident(server, company.company.id, '13877000001');
});
afterAll(() => server.stop());

const idOf = (kind: string) => ids.find((one) => one.kind === kind)?.id ?? nobody;
const sample = (endpoint: Endpoint) => makeRequest(endpoint, ({ path }) => idOf(kindAt(endpoint, path)), true);

/** Values that break careless code: characters PostgreSQL refuses, numbers beyond its types, days that never were. */
const nasty = [
  null,
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '😀'.repeat(50),
  'x'.repeat(5000),
  '\u202e倒',
  "'; drop table bill; --",
  '{{7*7}}',
  '=1+1',
  '%',
  '_',
  -1,
  0,
  1.5,
  1e300,
  -1e300,
  2_147_483_648,
  9_007_199_254_740_991,
  '99999999999999999999',
  '-0.00',
  '1e5',
  'NaN',
  'Infinity',
  '٣',
  '2026-02-30',
  '0000-00-00',
  '9999-12-31',
  '275760-09-13',
  '2026-13',
  'infinity',
  true,
  [],
  {},
  [[]],
  [null],
  { contains: '\u0000' },
  nobody,
];

/** Which of the nasty values go where: a few at each place, others at the next, all of them over all places. */
let turn = seed;
function someNasty(count: number): unknown[] {
  turn += count;
  return Array.from({ length: count }, (_, index) => nasty[(turn + index) % nasty.length]);
}

const inParallel = 8;
async function eachOf<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < list.length; start += inParallel)
    await Promise.all(list.slice(start, start + inParallel).map(work));
}

type Json = unknown;
/** Paths of every value inside. */
function placesOf(value: Json, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, one]) => placesOf(one, [...path, key]))];
}

function replaced(value: Json, [key, ...rest]: readonly string[], by: Json): Json {
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const record = copy as Record<string, unknown>;
  record[key] = replaced(record[key], rest, by);
  return copy;
}

function credentialFor({ access }: Endpoint): Credential {
  if (isAppAccess(access)) return { ...company.key, clock: server.clock };
  return (isResidentAccess(access) ? resident : company.admin).cookie;
}

async function isAnswered(endpoint: Endpoint, request: WalkInput): Promise<void> {
  const response = await send(server.app, endpoint, request, credentialFor(endpoint));
  if (response.statusCode < 500) {
    if (response.statusCode === 200 || /"detail":"[^"]*[一-鿿]/.test(response.body)) return;
  }
  throw new Error(
    `${endpoint.id} answered ${response.statusCode} ${response.body.slice(0, 200)} to ${JSON.stringify(request).slice(0, 600)}`,
  );
}

describe('no request makes the server stumble', () => {
  it('neither random JSON', async () => {
    expect(writing.length).toBeGreaterThan(15);
    for (const endpoint of writing) {
      const { params } = sample(endpoint);
      const body = fc.jsonValue({ maxDepth: 3 });
      await fc.assert(
        fc.asyncProperty(body, (value) => isAnswered(endpoint, { params, query: {}, body: value ?? {} })),
        { numRuns: 15, seed },
      );
    }
  });

  it('nor a good body with one bad value in it', async () => {
    for (const endpoint of writing) {
      const good = sample(endpoint);
      const bodies = placesOf(good.body ?? {}).flatMap((place) =>
        ['\u0000', ...someNasty(5)].map((value) => replaced(good.body ?? {}, place, value)),
      );
      await eachOf(bodies, (body) => isAnswered(endpoint, { ...good, body }));
    }
  });

  it('nor an address with one bad value in it', async () => {
    for (const endpoint of endpoints) {
      const good = sample(endpoint);
      const parts = endpoint.method === 'DELETE' ? (['query'] as const) : (['query', 'params'] as const);
      const requests = parts.flatMap((part) =>
        Object.keys(good[part]).flatMap((key) =>
          ['\u0000', ...someNasty(8)].map((value) => ({ ...good, [part]: { ...good[part], [key]: value } })),
        ),
      );
      await eachOf(requests, (request) => isAnswered(endpoint, request));
    }
  });

  it('nor a filter with one bad value in it', async () => {
    const lists = endpoints.filter((one) => one.method === 'GET' && 'filter' in sample(one).query);
    expect(lists.length).toBeGreaterThan(5);
    for (const endpoint of lists) {
      const { filter: _, ...query } = sample(endpoint).query;
      const list = await send(server.app, endpoint, { params: {}, query, body: undefined }, company.admin.cookie);
      const [row] = list.json<{ rows?: object[] }>().rows ?? [];
      const conditions = Object.keys(row ?? {}).flatMap((key) =>
        ['\u0000', ...someNasty(4)].flatMap((value) =>
          [value, [value], { contains: value }, { from: value }].map((condition) =>
            JSON.stringify({ [key]: condition }),
          ),
        ),
      );
      await eachOf(conditions, (filter) =>
        isAnswered(endpoint, { params: {}, query: { ...query, filter }, body: undefined }),
      );
    }
  });
});
