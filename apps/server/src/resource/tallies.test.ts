import { houseResource, houseStatuses, houseSummary, houseUsages, resourceEndpoints } from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany } from '../../test/test-app.ts';
import type { Context } from '../platform/context.ts';
import { type Sql, sql } from '../platform/database/sql.ts';

const house = resourceEndpoints(houseResource);
const usages = Object.keys(houseUsages);
const statuses = Object.keys(houseStatuses);

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

/** Eight buildings in each of two communities: with every usage and status, more combinations than are folded at once. */
async function addBuildings(company: TestCompany): Promise<void> {
  await company.run((ctx) =>
    ctx.tx.run(sql`insert into building (company_id, id, community_id, name, sort_order, created_at, updated_at)
      select ${ctx.companyId}, gen_random_uuid(), c.id, n || '栋', n, now(), now()
      from community c, generate_series(1, 8) n where c.company_id = ${ctx.companyId}`),
  );
}

/** Adds a house of every usage and status to each of the first `buildings` buildings of a community. */
async function addHouses(ctx: Context, communityId: string, batch: number, buildings: number): Promise<void> {
  await ctx.tx.run(sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, status, built_area, sort_order, created_at, updated_at)
    select ${ctx.companyId}, gen_random_uuid(), b.community_id, b.id, ${batch}::int || u || s, ${batch}::int || u || s, ${batch}::int || u || s, u, s,
      length(u) * length(s) + ${batch}::int * 0.37, 0, now(), now()
    from building b, unnest(${usages}::text[]) u, unnest(${statuses}::text[]) s
    where b.company_id = ${ctx.companyId} and b.community_id = ${communityId} and b.sort_order <= ${buildings}`);
}

/** Combinations for which the tally says something else than the houses do. */
const wrongTallies = (ctx: Context) =>
  ctx.tx.ad(sql`select community_id, building_id, usage, status, sum(n) as rows, sum(a) as area from (
      select community_id, building_id, usage, status, row_count as n, built_area_hundredths as a from house_tally where company_id = ${ctx.companyId}
      union all select community_id, building_id, usage, status, -1, -100 * built_area from house where company_id = ${ctx.companyId}) x
    group by 1, 2, 3, 4 having sum(n) <> 0 or sum(a) <> 0`);

type End = 'commit' | 'rollback';

/** A transaction that writes houses at once and then waits to be told its end. */
async function openWriter(company: TestCompany, work: (ctx: Context) => Promise<unknown>) {
  const end = Promise.withResolvers<End>();
  const written = Promise.withResolvers<void>();
  const done = company
    .run(async (ctx) => {
      await work(ctx);
      written.resolve();
      if ((await end.promise) === 'rollback') throw new Error('rolled back');
    })
    .catch((error: Error) => {
      written.reject(error);
      if (error.message !== 'rolled back') throw error;
    });
  await written.promise;
  return (how: End) => {
    end.resolve(how);
    return done;
  };
}

it('tallies say what the houses say, whatever is written, taken back and folded at the same time', async () => {
  const change = fc.record({
    kind: fc.constantFrom('add', 'addMany', 'change', 'move', 'delete'),
    place: fc.integer({ min: 0, max: 1 }),
    part: fc.integer({ min: 1, max: 8 }),
  });
  const step = fc.oneof(
    { weight: 3, arbitrary: change },
    { weight: 3, arbitrary: fc.constant('commit' as const) },
    fc.constant('rollback' as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 14 }), async (steps) => {
      const company = await server.company();
      await addBuildings(company);
      const open: Awaited<ReturnType<typeof openWriter>>[] = [];
      for (const [batch, one] of steps.entries()) {
        if (one === 'commit' || one === 'rollback') await open.shift()?.(one);
        // Writers at the same time write different parts: no one waits for another's rows.
        else if (open.length < 3) open.push(await openWriter(company, (ctx) => write(ctx, company, one, batch)));
        expect(await company.run(wrongTallies)).toEqual([]);
      }
      for (const end of open) await end('commit');
      expect(await company.run(wrongTallies)).toEqual([]);
    }),
    { numRuns: 12 },
  );
});

async function write(
  ctx: Context,
  company: TestCompany,
  { kind, place, part }: { kind: string; place: number; part: number },
  batch: number,
): Promise<void> {
  const communityId = place === 0 ? company.communityId : company.otherCommunityId;
  if (kind === 'add') return addHouses(ctx, communityId, batch, 1);
  if (kind === 'addMany') return addHouses(ctx, communityId, batch, 8);
  // Rows that another open transaction has changed are left alone.
  const some = (more: Sql) => sql`house.company_id = ${ctx.companyId} and house.id in (select h.id from house h
    where h.company_id = ${ctx.companyId} and h.community_id = ${communityId} and ${more} for update skip locked)`;
  const usage = usages[part] as string;
  if (kind === 'change')
    await ctx.tx.run(
      sql`update house set status = 'let', built_area = built_area + 1.01 where ${some(sql`h.usage = ${usage}`)}`,
    );
  else if (kind === 'move')
    await ctx.tx.run(sql`update house set note = 'moved' where ${some(sql`h.usage = ${usage}`)}`);
  else await ctx.tx.run(sql`delete from house where ${some(sql`h.status = ${statuses[part % statuses.length]}`)}`);
}

it('a list and its summary show the same numbers from tallies as from the rows', async () => {
  const company = await server.company();
  await addBuildings(company);
  await company.run(async (ctx) => {
    await addHouses(ctx, company.communityId, 1, 8);
    await addHouses(ctx, company.otherCommunityId, 2, 3);
  });
  const everywhere = await company.person('管理员');
  const here = await company.person('管理员', [company.communityId]);
  const filters = [{}, { usage: ['shop', 'office'] }, { status: ['let'], usage: ['residential'] }, { usage: [] }];
  for (const person of [everywhere, here]) {
    for (const wanted of filters) {
      const filter = JSON.stringify(wanted);
      // The same rows, named in a way that no tally knows.
      const counted = JSON.stringify({ ...wanted, builtArea: { from: '0' } });
      const query = { filter, pageSize: 20 };
      const list = await person.call(house.list, { query });
      const plain = await person.call(house.list, { query: { ...query, filter: counted } });
      expect(list).toEqual(plain);
      expect(list.total).toBeGreaterThan(0);
      const summary = await person.call(houseSummary, { query: { filter } });
      expect(summary).toEqual(await person.call(houseSummary, { query: { filter: counted } }));
      expect([summary.houses, summary.builtArea]).toEqual([list.total, list.totals.builtArea]);
    }
  }
  expect((await here.call(house.list, { query: {} })).total).toBe(528);
  expect((await everywhere.call(house.list, { query: {} })).total).toBe(528 + 198);
  const elsewhere = { communityId: company.otherCommunityId };
  expect((await here.call(house.list, { query: elsewhere })).total).toBe(0);
});
