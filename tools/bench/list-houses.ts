import { buildApp } from '../../apps/server/src/app.ts';
import type { Bench, BenchEnvironment, BenchResult } from './bench.ts';
import { measureList, signInAt } from './list-pages.ts';
import { addManyCommunities } from './many-houses.ts';

interface Request {
  name: string;
  /** Query of `/api/houses`; page size 50. */
  query: Record<string, string>;
}

/**
 * Signed-in pages of houses with count and totals, 50 rows of 1,000,000 in one company with ten communities: from what a
 * person mostly asks for to the most expensive. One after the other, each read for the first time (no reply is kept from before); then
 * again and again at eight connections, against bare Fastify sending the same bytes.
 */
export const listBench: Bench = {
  name: 'list',
  async run(environment) {
    const { services, isQuick } = environment;
    const company = await environment.freshCompany();
    environment.say(`  filling ${isQuick ? 10_000 : 1_000_000} houses`);
    const [communityId] = await addManyCommunities(services, company, isQuick ? 10_000 : 1_000_000);
    const { rows } = await services.ownerPool.query<{ id: string }>(
      'select id from building where company_id = $1 and community_id = $2 order by sort_order limit 1',
      [company.companyId, communityId],
    );
    environment.say('  filling a number, a choice and a text of the company’s own for one community');
    const own = await addOwnFields(services, company, communityId!);
    const app = await buildApp(services);
    const address = await app.listen({ port: 0, host: '127.0.0.1' });
    const cookie = await signInAt(address);
    const results: BenchResult[] = [];
    for (const request of [...requests(communityId!, rows[0]!.id), ...ownRequests(communityId!, own)]) {
      const url = `${address}/api/houses?${new URLSearchParams({ pageSize: '50', ...request.query })}`;
      environment.say(`  ${request.name}`);
      results.push(...(await measureList(environment, `list of houses, ${request.name}`, url, cookie)));
    }
    await app.close();
    return results;
  },
};

function requests(communityId: string, buildingId: string): Request[] {
  const sort = '-builtArea,fullName';
  const usage = ['residential', 'shop'];
  return [
    {
      name: 'one building and two usages, by area: 500 of 1,000,000 match',
      query: { communityId, sort, filter: JSON.stringify({ buildingId: [buildingId], usage }) },
    },
    {
      name: 'one community, two usages and a range of areas, by area: 39,000 of 1,000,000 match',
      query: { communityId, sort, filter: JSON.stringify({ usage, builtArea: { from: '70', to: '140' } }) },
    },
    { name: 'one community, nothing else: 100,000 match', query: { communityId } },
    { name: 'the whole company by area: 1,000,000 match', query: { sort } },
    { name: 'the whole company, two usages: 500,000 match', query: { filter: JSON.stringify({ usage }) } },
    {
      name: 'the whole company, two usages and a range of areas, by area: 391,000 match',
      query: { sort, filter: JSON.stringify({ usage, builtArea: { from: '70', to: '140' } }) },
    },
    {
      name: 'the whole company, part of a name: 1,100 match',
      query: { filter: JSON.stringify({ fullName: { contains: '7-77' } }) },
    },
  ];
}

interface OwnFields {
  number: string;
  choice: string;
  text: string;
}

/** Keys of a number, a choice and a text that nine of ten houses of a community have. */
async function addOwnFields(
  { ownerPool }: BenchEnvironment['services'],
  { companyId }: { companyId: string },
  communityId: string,
): Promise<OwnFields> {
  const options = JSON.stringify([
    { key: 'o1', label: '甲' },
    { key: 'o2', label: '乙' },
  ]);
  await ownerPool.query(
    `insert into custom_field (company_id, id, resource, key, kind, label, is_totalled, options, created_at, updated_at)
     values ($1, gen_random_uuid(), 'house', 'c1', 'decimal', '装修押金', true, '[]', now(), now()),
            ($1, gen_random_uuid(), 'house', 'c2', 'choice', '验房结论', false, $2, now(), now()),
            ($1, gen_random_uuid(), 'house', 'c3', 'text', '装修公司', false, '[]', now(), now())`,
    [companyId, options],
  );
  await ownerPool.query(
    `insert into custom_value (company_id, field_id, owner_id, community_id, text_value, number_value)
     select h.company_id, f.id, h.id, h.community_id, case f.key when 'c2' then 'o' || (1 + n % 2) when 'c3' then '匠心装饰' || n % 1000 || '队' end,
       case f.key when 'c1' then n % 5000 * 1000000 when 'c2' then n % 2 end
     from (select company_id, id, community_id, row_number() over () as n from house where company_id = $1 and community_id = $2) h
     join custom_field f on f.company_id = h.company_id where n % 10 > 0`,
    [companyId, communityId],
  );
  await ownerPool.query('vacuum analyze custom_value, custom_field');
  return { number: 'c1', choice: 'c2', text: 'c3' };
}

function ownRequests(communityId: string, { number, choice, text }: OwnFields): Request[] {
  const filter = (value: object) => JSON.stringify(value);
  return [
    {
      name: 'one community by a number of the company’s own: 100,000 match',
      query: { communityId, sort: `-${number}` },
    },
    {
      name: 'one community, a range of a number of the company’s own: 1,800 match',
      query: { communityId, sort: number, filter: filter({ [number]: { from: '100', to: '200' } }) },
    },
    {
      name: 'one community, an option of the company’s own: 50,000 match',
      query: { communityId, filter: filter({ [choice]: ['o1'] }) },
    },
    {
      name: 'one community, words of a text of the company’s own: 100 match',
      query: { communityId, filter: filter({ [text]: { contains: '饰77队' } }) },
    },
  ];
}
