import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '../../../test/database.ts';
import { untilWaiting } from '../../../test/lock-waits.ts';
import { startTestApp, type TestApp } from '../../../test/test-app.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { enterCompany, inTransaction } from '../../platform/database/transaction.ts';
import { addBuilding, addHouse, addItem, addStandard, bindHouses } from './charging.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

interface Parents {
  community_id: string;
  charge_item_id: string;
  charge_standard_id: string | null;
  standard_binding_id: string | null;
}

/** A house bound to a standard, with what a bill of it names. */
async function newSite() {
  const company = await server.company(`安居物业 ${server.services.newId()}`);
  const { communityId } = company;
  const parents = await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    const houseId = await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '100.00' });
    const chargeItemId = await addItem(ctx, { name: '物业管理费' });
    const chargeStandardId = await addStandard(ctx, { chargeItemId, price: '2.00' });
    await bindHouses(ctx, { communityId, chargeStandardId, houseIds: [houseId], startsOn: '2026-01-01' });
    const row = await ctx.tx.first<Parents & { target_id: string }>(
      sql`select community_id, charge_item_id, charge_standard_id, id standard_binding_id, target_id from standard_binding where company_id = ${ctx.companyId}`,
    );
    return row!;
  });
  return { company, parents };
}

type Site = Awaited<ReturnType<typeof newSite>>;

async function insertBill(
  ctx: Context,
  site: Site,
  changed: Partial<Parents> = {},
  month = '2026-03',
): Promise<string> {
  const bill = { ...site.parents, ...changed };
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, charge_standard_id, standard_binding_id, target_kind, target_id,
      period_from, period_to, due_on, receivable_fen, raised_how, raised_at, calculation)
    values (${ctx.companyId}, ${id}, ${bill.community_id}, ${bill.charge_item_id}, ${bill.charge_standard_id}, ${bill.standard_binding_id}, 'house',
      ${bill.target_id}, ${`${month}-01`}, ${`${month}-28`}, ${`${month}-28`}, 100, 'manual', now(), '{"a":"1.00"}')`);
  return id;
}

const broken = { code: '23503', table: 'bill' };

const parentTables = {
  community_id: 'community',
  charge_item_id: 'charge_item',
  charge_standard_id: 'charge_standard',
  standard_binding_id: 'standard_binding',
} as const;
const columns = Object.keys(parentTables) as (keyof Parents)[];

const deleteParent = (ctx: Context, site: Site, column: keyof Parents) =>
  ctx.tx.client.query(`delete from ${parentTables[column]} where company_id = $1 and id = $2`, [
    ctx.companyId,
    site.parents[column],
  ]);

const orphans = (ctx: Context) =>
  ctx.tx.rows(sql`select b.id from bill b left join charge_item i on i.company_id = b.company_id and i.id = b.charge_item_id
    left join standard_binding n on n.company_id = b.company_id and n.id = b.standard_binding_id
    where b.company_id = ${ctx.companyId} and (i.id is null or (n.id is null and b.standard_binding_id is not null))`);

/** An item with neither standard nor binding, so that only a bill keeps it from being deleted. */
async function newItem(site: Site): Promise<string> {
  return site.company.run((ctx) => addItem(ctx, { name: `项目 ${ctx.newId()}` }));
}

describe('what a bill names', () => {
  it.each(columns)('is there: a bill with another %s than any of the company’s is refused', async (column) => {
    const site = await newSite();
    const other = await newSite();
    for (const missing of [server.services.newId(), other.parents[column]!])
      await expect(site.company.run((ctx) => insertBill(ctx, site, { [column]: missing }))).rejects.toMatchObject(
        broken,
      );
    expect(await site.company.run((ctx) => ctx.tx.rows(sql`select 1 from bill`))).toEqual([]);
  });

  it('is there for every bill of a statement: one wrong one among thousands refuses them all', async () => {
    const site = await newSite();
    const insertMany = (ctx: Context, lastItem: string) =>
      ctx.tx.run(sql`insert into bill (company_id, id, community_id, charge_item_id, target_kind, target_id, period_from, period_to, due_on,
          receivable_fen, raised_how, raised_at, calculation)
        select ${ctx.companyId}, gen_random_uuid(), ${site.parents.community_id}, case when n = 3000 then ${lastItem} else ${site.parents.charge_item_id} end::uuid,
          'house', ${site.parents.target_id}, '2026-03-01', '2026-04-01', '2026-04-01', 100, 'manual', now(), '{}' from generate_series(1, 3000) n`);
    await expect(site.company.run((ctx) => insertMany(ctx, ctx.newId()))).rejects.toMatchObject(broken);
    expect(await site.company.run((ctx) => insertMany(ctx, site.parents.charge_item_id))).toBe(3000);
  });

  it('may be no standard and no binding', async () => {
    const site = await newSite();
    const none = { charge_standard_id: null, standard_binding_id: null };
    expect(await site.company.run((ctx) => insertBill(ctx, site, none))).toBeTruthy();
  });

  it.each(columns)(
    'stays for ever: a %s that a bill names is not deleted, also when the bill is void',
    async (column) => {
      const site = await newSite();
      await site.company.run((ctx) => insertBill(ctx, site));
      await site.company.run((ctx) =>
        ctx.tx.run(sql`update bill set voided_at = now() where company_id = ${ctx.companyId}`),
      );
      await expect(site.company.run((ctx) => deleteParent(ctx, site, column))).rejects.toMatchObject({ code: '23503' });
    },
  );

  it('can be deleted when no bill names it', async () => {
    const site = await newSite();
    await site.company.run((ctx) => deleteParent(ctx, site, 'standard_binding_id'));
    const item = await newItem(site);
    await site.company.run((ctx) =>
      ctx.tx.run(sql`delete from charge_item where company_id = ${ctx.companyId} and id = ${item}`),
    );
  });

  it('stays also when whoever deletes sees no community in which there are bills', async () => {
    const site = await newSite();
    const item = await newItem(site);
    await site.company.run((ctx) =>
      insertBill(ctx, site, { charge_item_id: item, charge_standard_id: null, standard_binding_id: null }),
    );
    const deletion = inTransaction(server.services.pool, async (tx) => {
      await enterCompany(tx, site.company.id, [site.company.otherCommunityId]);
      expect(await tx.rows(sql`select 1 from bill`)).toEqual([]);
      return tx.run(sql`delete from charge_item where company_id = ${site.company.id} and id = ${item}`);
    });
    await expect(deletion).rejects.toMatchObject(broken);
  });

  it('is not deleted by a transaction that cannot see what others commit', async () => {
    const site = await newSite();
    const item = await newItem(site);
    const deletion = inTransaction(server.services.pool, async (tx) => {
      await tx.client.query('set transaction isolation level repeatable read');
      await enterCompany(tx, site.company.id, '*');
      return tx.run(sql`delete from charge_item where company_id = ${site.company.id} and id = ${item}`);
    });
    await expect(deletion).rejects.toMatchObject({ code: '0A000' });
  });

  it.each(columns)('does not change: neither the %s of a bill nor the key of what it names', async (column) => {
    const site = await newSite();
    await site.company.run((ctx) => insertBill(ctx, site));
    const id = server.services.newId();
    for (const statement of [
      `update bill set ${column} = '${id}'`,
      `update ${parentTables[column]} set id = '${id}' where id = '${site.parents[column]}'`,
    ])
      await expect(site.company.run((ctx) => ctx.tx.client.query(statement))).rejects.toMatchObject({ code: '23503' });
  });
});

/** Two transactions at once; resolves with how each ended. */
async function both(first: (ctx: Context) => Promise<unknown>, second: (ctx: Context) => Promise<unknown>, site: Site) {
  let isOver = false;
  let isDone = () => {};
  const done = new Promise<void>((resolve) => {
    isDone = resolve;
  });
  const earlier = site.company.run(async (ctx) => {
    try {
      await first(ctx);
    } finally {
      isDone();
    }
    // The other one waits for the lock when this is committed, or was refused already.
    await untilWaiting(server, 1, () => isOver);
  });
  await done;
  const later = site.company.run(second).finally(() => {
    isOver = true;
  });
  return (await Promise.allSettled([earlier, later])).map(({ status }) => status);
}

describe('a bill and the deletion of what it names, at once', () => {
  it.each(['charge_item_id', 'standard_binding_id'] as const)(
    'never leave a bill without its %s, whoever comes first',
    async (column) => {
      for (const isBillFirst of [true, false]) {
        const site = await newSite();
        const item = column === 'charge_item_id' ? await newItem(site) : null;
        const named = item ? { charge_item_id: item, charge_standard_id: null, standard_binding_id: null } : {};
        const raise = (ctx: Context) => insertBill(ctx, site, named);
        const remove = (ctx: Context) => deleteParent(ctx, { ...site, parents: { ...site.parents, ...named } }, column);
        const ended = await (isBillFirst ? both(raise, remove, site) : both(remove, raise, site));
        expect(ended).toEqual(['fulfilled', 'rejected']);
        expect(await site.company.run(orphans)).toEqual([]);
      }
    },
  );
});

describe('an owner of the database who is no superuser', () => {
  it('is held to the same: row-level security hides no bill from the check', async () => {
    const site = await newSite();
    const item = await newItem(site);
    await site.company.run((ctx) =>
      insertBill(ctx, site, { charge_item_id: item, charge_standard_id: null, standard_binding_id: null }),
    );
    // What the functions do as their owner, under the policies that hold for owners too.
    await onServer(server.services.databaseUrl, async (client) => {
      await client.query('begin; set local search_path = anlin, public');
      await client.query(`create role plain_owner nologin; grant usage on schema anlin to plain_owner;
        grant select, update, delete on all tables in schema anlin to plain_owner;
        alter function refuse_billed_parent() owner to plain_owner; alter function require_bill_parents() owner to plain_owner`);
      await client.query(`set local role anlin_app; select set_config('app.company_id', '${site.company.id}', true),
        set_config('app.community_ids', '{${site.company.otherCommunityId}}', true)`);
      await expect(client.query('delete from charge_item where id = $1', [item])).rejects.toMatchObject(broken);
      await client.query('rollback');
    });
  });
});
