import { asSystem } from '../../apps/server/src/platform/boundary.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import type { Services } from '../../apps/server/src/platform/services.ts';
import type { BenchCompany } from './bench.ts';

/**
 * Fills a company with `count` houses of plausible areas and usages over ten buildings per 10,000 houses, by one
 * statement each, and gathers statistics.
 */
export async function addManyHouses(services: Services, company: BenchCompany, count: number): Promise<void> {
  await asSystem(services, company.companyId, async ({ tx }) => {
    await tx.client.query(
      `insert into building (company_id, id, community_id, name, sort_order, created_at, updated_at)
       select $1, gen_random_uuid(), $2, n || '栋', n, now(), now() from generate_series(1, $3::int) n`,
      [company.companyId, company.communityId, Math.ceil(count / 1000)],
    );
    await tx.client.query(
      `insert into house (company_id, id, community_id, building_id, number, full_name, search_key, floor, usage, status, built_area, sort_order, created_at, updated_at)
       select $1, gen_random_uuid(), $2, b.id, b.sort_order || '-' || n, b.sort_order || '-' || n, b.sort_order || '-' || n, n % 30 + 1,
         (array['residential', 'highRise', 'shop', 'office'])[n % 4 + 1], (array['ownerOccupied', 'let', 'vacant'])[n % 3 + 1],
         60 + (n * 7919 % 9000) / 100.0, b.sort_order * 1000 + n, now(), now()
       from building b, generate_series(1, 1000) n
       where b.company_id = $1 and b.community_id = $2 order by b.sort_order, n limit $3`,
      [company.companyId, company.communityId, count],
    );
  });
  await services.ownerPool.query('vacuum analyze house');
}

/**
 * Gives a company nine more communities and fills all ten with a tenth of `count` houses each, as a company of that size
 * would have them. Returns the ids of the communities, the company's first one first.
 */
export async function addManyCommunities(services: Services, company: BenchCompany, count: number): Promise<string[]> {
  const ids = [company.communityId];
  await asSystem(services, company.companyId, async (ctx) => {
    for (let n = 1; n < 10; n += 1) {
      const id = ctx.newId();
      await ctx.tx.run(sql`insert into community (company_id, id, name, code, sort_order, created_at, updated_at)
        select ${company.companyId}, ${id}, name || ' ' || ${n}::int, code || 'N' || ${n}::int, ${n}, created_at, created_at
        from community where company_id = ${company.companyId} and id = ${company.communityId}`);
      ids.push(id);
    }
  });
  for (const communityId of ids) await addManyHouses(services, { ...company, communityId }, count / 10);
  return ids;
}
