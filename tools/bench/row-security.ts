import { asSystem } from '../../apps/server/src/platform/boundary.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { type Bench, inTurn, ratiosOf, secondsOf, spreadOf } from './bench.ts';
import { addManyHouses } from './many-houses.ts';

/** The same statements under row-level security and as the owner, who bypasses it: a page with totals, and an insert. */
export const rowSecurityBench: Bench = {
  name: 'row-security',
  async run(environment) {
    const { services } = environment;
    const company = await environment.freshCompany();
    const other = await environment.freshCompany();
    const count = environment.isQuick ? 2_000 : 200_000;
    await addManyHouses(services, company, count);
    await addManyHouses(services, other, count);
    const { companyId, communityId } = company;
    const totals = sql`select count(*) as total, sum(built_area)::text as area from house
      where company_id = ${companyId} and community_id = ${communityId} and usage = any (${['residential', 'shop']}) and built_area > 80`;
    const page = sql`select id, full_name from house where company_id = ${companyId} and community_id = ${communityId} order by sort_order, id limit 50`;
    const copy = sql`insert into house (company_id, id, community_id, building_id, number, full_name, search_key, usage, built_area, created_at, updated_at)
      select company_id, gen_random_uuid(), community_id, building_id, 'copy ' || number, full_name, search_key, usage, built_area, created_at, updated_at
      from house where company_id = ${companyId} order by sort_order limit ${count / 10}`;
    const under = (pool: typeof services.pool) => () =>
      secondsOf(() =>
        asSystem({ ...services, pool }, companyId, async ({ tx }) => {
          for (let n = 0; n < 10; n += 1) {
            await tx.rows(totals);
            await tx.rows(page);
          }
          await tx.client.query('savepoint before');
          await tx.run(copy);
          await tx.client.query('rollback to before');
        }),
      );
    await under(services.pool)();
    const figures = await inTurn(environment.isQuick ? 1 : 9, under(services.pool), under(services.ownerPool));
    const cost = spreadOf(ratiosOf(figures.ours, figures.reference).map((ratio) => (ratio - 1) * 100));
    return [
      {
        name: 'row-level security: ten pages with totals and an insert of 20,000 houses',
        unit: 's',
        ours: spreadOf(figures.ours),
        reference: spreadOf(figures.reference),
        ratio: spreadOf(ratiosOf(figures.reference, figures.ours)),
        bar: { text: `costs ≤ 12 % (here ${cost.median.toFixed(1)} %)`, isReached: cost.median <= 12 },
      },
    ];
  },
};
