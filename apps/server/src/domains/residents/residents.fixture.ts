import { buildingResource, generateHouses, moveIn, type OccupancyRole, resourceEndpoints } from '@anlin/contract';
import { startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { sql } from '../../platform/database/sql.ts';

/** A company with one building of 40 houses in each of its two communities: 1-101 … 1-1004 and 2-101 … */
export interface ResidentsFixture {
  server: TestApp;
  company: TestCompany;
  admin: TestPerson;
  /** Clerk of the first community alone. */
  clerk: TestPerson;
  house(label: string): Promise<string>;
  live(
    label: string,
    person: { name: string; phone?: string; role?: OccupancyRole; movedInOn?: string; validUntil?: string | null },
  ): Promise<{ occupancyId: string; residentId: string }>;
  /** A bill on a house, in fen; paid when `isPaid`. */
  bill(label: string, receivableFen: number): Promise<string>;
  setMode(mode: string): Promise<void>;
}

export async function startResidents(): Promise<ResidentsFixture> {
  const server = await startTestApp();
  const company = await server.company();
  const admin = await company.person('管理员');
  const clerk = await company.person('客服', [company.communityId]);
  for (const [name, communityId] of [
    ['1', company.communityId],
    ['2', company.otherCommunityId],
  ] as const) {
    const { id } = await admin.call(resourceEndpoints(buildingResource).create, {
      body: { communityId, name: `${name}栋`, sortOrder: 0 },
    });
    await admin.call(generateHouses, {
      params: { id },
      body: {
        ...{ unitCount: 0, floorCount: 10, roomsPerFloor: 4, pattern: `${name}-{floor}{room:2}` },
        ...{ usage: 'highRise', status: 'unoccupied', builtArea: '89.50' },
      },
    });
  }
  const house: ResidentsFixture['house'] = async (label) => {
    const row = await company.run((ctx) =>
      ctx.tx.first<{ id: string }>(sql`select id from house where company_id = ${company.id} and full_name = ${label}`),
    );
    if (!row) throw new Error(`no house ${label}`);
    return row.id;
  };
  return {
    ...{ server, company, admin, clerk, house },
    async live(label, { name, phone = '', role = 'owner', movedInOn = '2026-01-05', validUntil = null }) {
      return admin.call(moveIn, {
        params: { id: await house(label) },
        body: { name, phone, role, movedInOn, validUntil },
      });
    },
    async bill(label, receivableFen) {
      const houseId = await house(label);
      return company.run(async (ctx) => {
        const item = ctx.newId();
        const bill = ctx.newId();
        await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, created_at, updated_at)
          values (${ctx.companyId}, ${item}, ${`清运费 ${item}`}, 'oneOff', now(), now())`);
        await ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on,
            receivable_fen, raised_how, raised_at, calculation)
          select ${ctx.companyId}, ${bill}, h.community_id, ${item}, 'house', h.id, '2026-01-01', '2026-02-01', '2026-01-31',
            ${receivableFen}, 'oneOff', now(), '{}' from house h where h.company_id = ${ctx.companyId} and h.id = ${houseId}`);
        return bill;
      });
    },
    async setMode(mode) {
      await company.run((ctx) =>
        ctx.tx.run(
          sql`update community set registration_mode = ${mode} where company_id = ${ctx.companyId} and id = ${company.communityId}`,
        ),
      );
    },
  };
}
