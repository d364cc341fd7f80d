import {
  createTagBinding,
  deleteStandardBinding,
  endStandardBindings,
  endTagBinding,
  listTagBindingConflicts,
  listTagBindings,
  parkingSpaceResource,
  previewBills,
  tagHouses,
  tagRowsEndpoint,
} from '@anlin/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, startTestApp, type TestApp, type TestCompany, type TestPerson } from '../../../test/test-app.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { addBuilding, addHouse, addItem, addStandard, bindHouses } from './charging.fixture.ts';
import { followTags } from './follow-tags.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

interface Fixture {
  company: TestCompany;
  admin: TestPerson;
  tagId: string;
  houseIds: string[];
  itemId: string;
  standardId: string;
  otherStandardId: string;
  tag(add: boolean, ...houses: number[]): Promise<void>;
  sweep(): Promise<void>;
  /** Places of the houses that are bound through the tag, with the days. */
  bound(tagBindingId: string): Promise<{ house: number; startsOn: string; endsOn: string | null }[]>;
}

async function prepare(houseCount: number): Promise<Fixture> {
  const company = await server.company();
  const admin = await company.person('管理员');
  const { communityId } = company;
  const made = await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    const houseIds: string[] = [];
    for (let place = 0; place < houseCount; place += 1) {
      houseIds.push(await addHouse(ctx, { communityId, buildingId, number: `${101 + place}`, builtArea: '100.00' }));
    }
    const itemId = await addItem(ctx, { name: '清运费' });
    const standardId = await addStandard(ctx, { chargeItemId: itemId, price: '2' });
    const otherStandardId = await addStandard(ctx, { chargeItemId: itemId, price: '3' });
    const tagId = ctx.newId();
    await ctx.tx.run(sql`insert into tag (company_id, id, name, created_at, updated_at)
      values (${ctx.companyId}, ${tagId}, '商户', ${nowText(ctx)}, ${nowText(ctx)})`);
    return { houseIds, itemId, standardId, otherStandardId, tagId };
  });
  return {
    ...{ company, admin, ...made },
    async tag(add, ...houses) {
      const ids = houses.map((house) => made.houseIds[house]!);
      const change = add ? { add: [made.tagId] } : { remove: [made.tagId] };
      await admin.call(tagHouses, { body: { ...change, chosen: { ids } } });
    },
    sweep: () => followTags(server.services, company.id),
    bound: (tagBindingId) =>
      company.run(async (ctx) => {
        const rows = await ctx.tx.rows<{ house_id: string; starts_on: string; ends_on: string | null }>(sql`
          select house_id, starts_on, ends_on from standard_binding where company_id = ${ctx.companyId} and tag_binding_id = ${tagBindingId} order by id`);
        const views = rows.map((row) => ({
          house: made.houseIds.indexOf(row.house_id),
          startsOn: row.starts_on,
          endsOn: row.ends_on,
        }));
        return views.sort((left, right) => left.house - right.house || (left.startsOn < right.startsOn ? -1 : 1));
      }),
  };
}

const follow = (at: Fixture, more: object = {}) =>
  at.admin.call(createTagBinding, {
    body: {
      ...{ communityId: at.company.communityId, tagId: at.tagId, targetKind: 'house', joinsOn: 'sameDay' },
      ...{ chargeStandardId: at.standardId, startsOn: '2026-01-01', ...more },
    },
  });

describe('a standard that follows a tag', () => {
  it('binds what has the tag, what gets it later from that day, and ends what loses it', async () => {
    const at = await prepare(3);
    await at.tag(true, 0);
    const { id, joined } = await follow(at);
    expect(joined).toBe(1);
    await at.tag(true, 1);
    await at.sweep();
    await at.tag(false, 0);
    await at.sweep();
    expect(await at.bound(id)).toEqual([
      { house: 0, startsOn: '2026-01-01', endsOn: '2026-03-10' },
      { house: 1, startsOn: '2026-03-10', endsOn: null },
    ]);
    await at.tag(true, 0);
    await at.tag(false, 1);
    await at.sweep();
    // What had not begun to be charged leaves no trace; what came back on the same day goes on.
    expect(await at.bound(id)).toEqual([{ house: 0, startsOn: '2026-01-01', endsOn: null }]);
    const preview = await at.admin.call(previewBills, {
      body: {
        communityId: at.company.communityId,
        chargeItemIds: [at.itemId],
        monthFrom: '2026-03',
        monthTo: '2026-03',
      },
    });
    expect(JSON.stringify(preview)).toContain('1栋-101');
  });

  it('does the same for parking spaces, tagged many at once', async () => {
    const at = await prepare(1);
    const spaces = await at.company.run(async (ctx) => {
      const ids = [ctx.newId(), ctx.newId(), ctx.newId()];
      await ctx.tx.run(sql`insert into parking_space (company_id, id, community_id, number, type, created_at, updated_at)
        select ${ctx.companyId}, n.id, ${at.company.communityId}, 'B-' || n.place, 'public', ${nowText(ctx)}, ${nowText(ctx)}
        from unnest(${ids}::uuid[]) with ordinality as n (id, place)`);
      return ids as [string, string, string];
    });
    const tag = (change: object, ids: string[]) =>
      at.admin.call(tagRowsEndpoint(parkingSpaceResource), { body: { ...change, chosen: { ids } } as never });
    expect(await tag({ add: [at.tagId] }, [spaces[0], spaces[1]])).toEqual({ count: 2 });
    const { id, joined } = await follow(at, { targetKind: 'parkingSpace' });
    expect(joined).toBe(2);
    await tag({ add: [at.tagId] }, [spaces[2]]);
    await tag({ remove: [at.tagId] }, [spaces[0]]);
    await at.sweep();
    const rows = await at.company.run((ctx) =>
      ctx.tx.rows(sql`select target_id, starts_on, ends_on from standard_binding
        where company_id = ${ctx.companyId} and tag_binding_id = ${id}`),
    );
    expect(rows).toHaveLength(3);
    expect(rows).toEqual(
      expect.arrayContaining([
        { target_id: spaces[0], starts_on: '2026-01-01', ends_on: '2026-03-10' },
        { target_id: spaces[1], starts_on: '2026-01-01', ends_on: null },
        { target_id: spaces[2], starts_on: '2026-03-10', ends_on: null },
      ]),
    );
  });

  it('begins and ends with the next period where that was chosen', async () => {
    const at = await prepare(2);
    const { id } = await follow(at, { joinsOn: 'nextPeriod' });
    await at.tag(true, 0, 1);
    await at.sweep();
    expect(await at.bound(id)).toEqual([0, 1].map((house) => ({ house, startsOn: '2026-04-01', endsOn: null })));
    await at.tag(false, 1);
    await at.sweep();
    expect(await at.bound(id)).toHaveLength(1);
  });

  it('never binds beside another standard of the item, and tells which', async () => {
    const at = await prepare(2);
    await at.company.run((ctx) =>
      bindHouses(ctx, {
        communityId: at.company.communityId,
        chargeStandardId: at.otherStandardId,
        houseIds: [at.houseIds[0]!],
        startsOn: '2026-02-01',
      }),
    );
    await at.tag(true, 0, 1);
    const { id, joined, conflicts } = await follow(at);
    expect({ joined, conflicts }).toEqual({ joined: 1, conflicts: 1 });
    const { rows } = await at.admin.call(listTagBindingConflicts, { params: { id } });
    expect(rows).toMatchObject([{ targetLabel: '1栋-101', standardLabel: '标准 3', reason: 'bound' }]);
    const listed = await at.admin.call(listTagBindings, { query: {} });
    expect(listed.rows).toMatchObject([{ taggedCount: 2, boundCount: 1, conflictCount: 1 }]);
    expect((await refusal(follow(at))).code).toBe('tagBinding.exists');
  });

  it('is ended by the tag alone, or by stopping to follow', async () => {
    const at = await prepare(1);
    await at.tag(true, 0);
    const { id } = await follow(at);
    const bindingId = await at.company.run(async (ctx) => {
      const row = await ctx.tx.first<{ id: string }>(
        sql`select id from standard_binding where company_id = ${ctx.companyId} and tag_binding_id = ${id}`,
      );
      return row!.id;
    });
    const byHand = at.admin.call(endStandardBindings, { body: { ids: [bindingId], endsOn: '2026-03-10' } });
    expect((await refusal(byHand)).code).toBe('standardBinding.followsTag');
    const deletion = at.admin.call(deleteStandardBinding, { params: { id: bindingId } });
    expect((await refusal(deletion)).detail).toContain('商户');
    const [row] = (await at.admin.call(listTagBindings, { query: {} })).rows;
    const body = { version: row!.version, endsOn: '2026-04-01', keepBindings: false };
    const ended = await at.admin.call(endTagBinding, { params: { id }, body });
    expect(ended.endedCount).toBe(1);
    expect(await at.bound(id)).toEqual([{ house: 0, startsOn: '2026-01-01', endsOn: '2026-04-01' }]);
    const clerk = await at.company.person('客服');
    expect((await refusal(clerk.call(listTagBindings, { query: {} }))).status).toBe(403);
  });

  it('after any changes of tags, exactly what has the tag is bound', async () => {
    const at = await prepare(5);
    const { id } = await follow(at);
    const change = fc.record({ add: fc.boolean(), house: fc.integer({ min: 0, max: 4 }), sweeps: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        for (const { add, house, sweeps } of changes) {
          await at.tag(add, house);
          if (sweeps) await at.sweep();
        }
        await at.sweep();
        const tagged = await at.company.run((ctx) =>
          ctx.tx.rows<{ house_id: string }>(
            sql`select house_id from house_tag where company_id = ${ctx.companyId} and tag_id = ${at.tagId}`,
          ),
        );
        const expected = tagged.map((row) => at.houseIds.indexOf(row.house_id)).sort();
        const bound = (await at.bound(id)).filter((one) => one.endsOn === null).map((one) => one.house);
        expect(bound).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });
});
