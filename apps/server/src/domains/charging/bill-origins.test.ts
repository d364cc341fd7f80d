import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/test-app.ts';
import { addRow } from '../../../test/walk/marked-row.ts';
import { createStaff } from '../../platform/company/create-company.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { enterCompany, inTransaction } from '../../platform/database/transaction.ts';
import { addBuilding, addHouse, addItem } from './charging.fixture.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

let people = 0;
function nextPhone(): string {
  people += 1;
  return `138${String(people).padStart(8, '0')}`;
}

/** What a bill names only sometimes. */
const originTables = {
  debtor_resident_id: 'resident',
  meter_reading_id: 'meter_reading',
  raised_by: 'staff',
  apportionment_run_id: 'apportionment_run',
} as const;
type Origin = keyof typeof originTables;
type Origins = Record<Origin, string>;
const columns = Object.keys(originTables) as Origin[];

async function newSite() {
  const company = await server.company(`安居物业 ${server.services.newId()}`);
  const { communityId } = company;
  const parts = await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    const houseId = await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '100.00' });
    return {
      houseId,
      itemId: await addItem(ctx, { name: '水费' }),
      origins: await addOrigins(ctx, communityId, houseId),
    };
  });
  return { company, communityId, ...parts };
}

type Site = Awaited<ReturnType<typeof newSite>>;

async function addOrigins(ctx: Context, communityId: string, houseId: string): Promise<Origins> {
  const place = { community_id: communityId };
  const chargeItemId = await addItem(ctx, { name: '公摊' });
  const meterId = await addRow(ctx, 'meter', 'SB-1', { ...place, kind: 'coldWater', house_id: houseId });
  const reading = { ...place, meter_id: meterId, month: '2026-02-01', digits: 5, loss_share: 0, outcome: 'normal' };
  const apportionmentId = await addRow(ctx, 'apportionment', '公摊', {
    ...place,
    charge_item_id: chargeItemId,
    source: 'amount',
    amount_fen: 10_000,
    basis: 'builtArea',
    selection: JSON.stringify({ targetKind: 'house', communityId }),
  });
  return {
    debtor_resident_id: await addRow(ctx, 'resident', '王建国', {}),
    meter_reading_id: await addRow(ctx, 'meter_reading', '已确认', { ...reading, confirmation: '已确认' }),
    raised_by: await createStaff(ctx, {
      name: '收费员',
      phone: nextPhone(),
      password: 'origins-2026',
      position: '收费员',
      groups: [],
      communityIds: '*',
    }),
    apportionment_run_id: await addRow(ctx, 'apportionment_run', '公摊', {
      ...place,
      apportionment_id: apportionmentId,
      month: '2026-02-01',
    }),
  };
}

const addBill = (ctx: Context, site: Site, named: Partial<Origins>) =>
  addRow(ctx, 'bill', '备注', {
    community_id: site.communityId,
    charge_item_id: site.itemId,
    target_kind: 'house',
    target_id: site.houseId,
    period_from: '2026-03-01',
    period_to: '2026-04-01',
    due_on: '2026-03-31',
    receivable_fen: 100,
    raised_how: 'manual',
    calculation: '{"a":"1.00"}',
    ...named,
  });

// As the owner: the application may not delete staff or divisions at all, which is no reason to let a bill lose them.
async function remove(site: Site, column: Origin): Promise<void> {
  const { ownerPool } = server.services;
  await inTransaction(ownerPool, async (tx) => {
    await enterCompany(tx, site.company.id, '*');
    await tx.client.query(`delete from anlin.${originTables[column]} where company_id = $1 and id = $2`, [
      site.company.id,
      site.origins[column],
    ]);
  });
}

const broken = { code: '23503', table: 'bill' };

describe('who and what a bill came from', () => {
  it.each(columns)('is there: a bill with a %s of nobody or of another company is refused', async (column) => {
    const [site, other] = [await newSite(), await newSite()];
    for (const missing of [server.services.newId(), other.origins[column]])
      await expect(site.company.run((ctx) => addBill(ctx, site, { [column]: missing }))).rejects.toMatchObject(broken);
    await site.company.run((ctx) => addBill(ctx, site, { [column]: site.origins[column] }));
    expect(await site.company.run((ctx) => ctx.tx.rows(sql`select 1 from bill`))).toHaveLength(1);
  });

  it('is of the same community, where a cost was divided', async () => {
    const site = await newSite();
    const elsewhere = { ...site, communityId: site.company.otherCommunityId };
    const { apportionment_run_id } = site.origins;
    await expect(site.company.run((ctx) => addBill(ctx, elsewhere, { apportionment_run_id }))).rejects.toMatchObject(
      broken,
    );
  });

  it.each(columns)('stays for ever: a %s named by a bill that stands is not deleted', async (column) => {
    const site = await newSite();
    await site.company.run((ctx) => addBill(ctx, site, { [column]: site.origins[column] }));
    await expect(remove(site, column)).rejects.toMatchObject({ code: '23503' });
    expect(await site.company.run((ctx) => ctx.tx.rows(sql`select 1 from bill`))).toHaveLength(1);
  });

  it('is gone when no bill names it', async () => {
    const site = await newSite();
    for (const column of columns) await remove(site, column);
  });

  it('is let go of by a void bill when its reading is deleted, and only then', async () => {
    const site = await newSite();
    const { meter_reading_id, raised_by } = site.origins;
    await site.company.run(async (ctx) => {
      await addBill(ctx, site, { meter_reading_id, raised_by });
      await ctx.tx.run(sql`update bill set voided_at = now() where company_id = ${ctx.companyId}`);
    });
    const deleted = await site.company.run((ctx) =>
      ctx.tx.run(sql`delete from meter_reading where company_id = ${ctx.companyId} and id = ${meter_reading_id}`),
    );
    expect(deleted).toBe(1);
    expect(await site.company.run((ctx) => ctx.tx.rows(sql`select meter_reading_id, raised_by from bill`))).toEqual([
      { meter_reading_id: null, raised_by },
    ]);
    await expect(remove(site, 'raised_by')).rejects.toMatchObject(broken);
  });

  it('does not change, but for who owes: that may become somebody who is there, or nobody', async () => {
    const [site, other] = [await newSite(), await newSite()];
    await site.company.run((ctx) => addBill(ctx, site, site.origins));
    const set = (column: Origin, id: string | null) =>
      site.company.run((ctx) => ctx.tx.client.query(`update bill set ${column} = $1`, [id]));
    for (const column of ['meter_reading_id', 'raised_by', 'apportionment_run_id'] as const)
      await expect(set(column, server.services.newId())).rejects.toMatchObject(broken);
    for (const column of ['raised_by', 'apportionment_run_id'] as const)
      await expect(set(column, null)).rejects.toMatchObject(broken);
    for (const id of [server.services.newId(), other.origins.debtor_resident_id])
      await expect(set('debtor_resident_id', id)).rejects.toMatchObject(broken);
    const someone = await site.company.run((ctx) => addRow(ctx, 'resident', '李秀英', {}));
    for (const id of [someone, null, someone]) await set('debtor_resident_id', id);
    await expect(
      site.company.run((ctx) =>
        ctx.tx.run(sql`delete from resident where company_id = ${ctx.companyId} and id = ${someone}`),
      ),
    ).rejects.toMatchObject(broken);
  });

  it.each(columns)('keeps its key: no other id for a %s', async (column) => {
    const site = await newSite();
    const change = `update anlin.${originTables[column]} set id = '${server.services.newId()}' where id = '${site.origins[column]}'`;
    await expect(server.services.ownerPool.query(change)).rejects.toMatchObject({ code: '23503' });
  });

  it('is never lost to a deletion at the same moment, whoever comes first', async () => {
    for (const isBillFirst of [true, false]) {
      const site = await newSite();
      const { debtor_resident_id } = site.origins;
      const bill = (ctx: Context) => addBill(ctx, site, { debtor_resident_id });
      const deletion = (ctx: Context) =>
        ctx.tx.run(sql`delete from resident where company_id = ${ctx.companyId} and id = ${debtor_resident_id}`);
      const [first, second] = isBillFirst ? [bill, deletion] : [deletion, bill];
      const firstDone = Promise.withResolvers<void>();
      const earlier = site.company.run(async (ctx) => {
        await first(ctx);
        firstDone.resolve();
        // Until the other one waits for the row, or long enough for it to have got there.
        await wait(150);
      });
      await firstDone.promise;
      const ended = await Promise.allSettled([earlier, site.company.run<unknown>(second)]);
      expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    }
  });
});
