import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilWaiting } from '../../../test/lock-waits.ts';
import { startTestApp, type TestApp, type TestCompany } from '../../../test/test-app.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { deleteBinding, updateBinding } from './change-binding.ts';
import { addBuilding, addHouse, addItem, addStandard, bindHouses } from './charging.fixture.ts';
import { endBindings } from './end-bindings.ts';
import { type RaisingRunner, raiseBills } from './raise-bills.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

/** Two houses of 100 ㎡ at 2.00 a month, bound from January, and how many transactions a run needs up to writing. */
async function newSite() {
  const company = await server.company(`安居物业 ${server.services.newId()}`);
  const { communityId } = company;
  const itemId = await company.run((ctx) => addItem(ctx, { name: '物业管理费' }));
  const [first, second] = await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    const chargeStandardId = await addStandard(ctx, { chargeItemId: itemId, price: '2.00' });
    const houseIds = [
      await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '100.00' }),
      await addHouse(ctx, { communityId, buildingId, number: '102', builtArea: '100.00' }),
    ];
    await bindHouses(ctx, { communityId, chargeStandardId, houseIds, startsOn: '2026-01-01' });
    const rows = await ctx.tx.rows<{ id: string }>(
      sql`select b.id from standard_binding b join house h on h.company_id = b.company_id and h.id = b.house_id
        where b.company_id = ${ctx.companyId} order by h.number`,
    );
    return rows.map((row) => row.id);
  });
  return { company, communityId, itemId, first: first!, second: second! };
}

type Site = Awaited<ReturnType<typeof newSite>>;

/** A run's second transaction reads and writes the first bills: the first one opens the run. */
const writing = 2;

/** Raises, with something done before or inside the transaction that writes. */
function raiseWith(
  site: Site,
  months: [string, string],
  meanwhile: { before?: () => Promise<unknown>; inside?: () => Promise<unknown> },
) {
  let transactions = 0;
  const transaction: RaisingRunner['transaction'] = async (work) => {
    transactions += 1;
    if (transactions !== writing) return site.company.run(work);
    await meanwhile.before?.();
    return site.company.run(async (ctx) => {
      const result = await work(ctx);
      await meanwhile.inside?.();
      return result;
    });
  };
  return raiseBills(
    { transaction, report: async () => {}, taskId: null },
    {
      communityId: site.communityId,
      chargeItemIds: [site.itemId],
      monthFrom: months[0],
      monthTo: months[1],
      raisedHow: 'manual',
    },
  );
}

const billsOf = (company: TestCompany, bindingId: string) =>
  company.run(async (ctx) => {
    const rows = await ctx.tx.rows<{ period_from: string; period_to: string; receivable_fen: bigint }>(
      sql`select period_from, period_to, receivable_fen from bill where company_id = ${ctx.companyId}
        and standard_binding_id = ${bindingId} and voided_at is null order by period_from`,
    );
    return rows.map((row) => `${row.period_from} ${row.period_to} ${row.receivable_fen}`);
  });

const end = (ctx: Context, id: string, endsOn: string) => endBindings(ctx, { ids: [id], endsOn, voidUnpaid: false });

describe('a binding that changes while a run is going on', () => {
  it('gets no bill when it ended before the month', async () => {
    const site = await newSite();
    const { company, first, second } = site;
    const outcome = await raiseWith(site, ['2026-03', '2026-03'], {
      before: () => company.run((ctx) => end(ctx, first, '2026-03-01')),
    });
    expect(await billsOf(company, first)).toEqual([]);
    expect(await billsOf(company, second)).toEqual(['2026-03-01 2026-04-01 20000']);
    expect(outcome).toMatchObject({ billCount: 1, sumFen: 20000n, failedCount: 0 });
  });

  it('is billed up to its new end, and for no month after it', async () => {
    const site = await newSite();
    const { company, first, second } = site;
    await raiseWith(site, ['2026-03', '2026-06'], {
      before: () => company.run((ctx) => end(ctx, first, '2026-04-16')),
    });
    // 200.00 for March; 15 of 30 days of April.
    expect(await billsOf(company, first)).toEqual(['2026-03-01 2026-04-01 20000', '2026-04-01 2026-04-16 10000']);
    expect(await billsOf(company, second)).toHaveLength(4);
  });

  it('is billed by the price it was given meanwhile', async () => {
    const site = await newSite();
    const { company, first } = site;
    await raiseWith(site, ['2026-03', '2026-03'], {
      before: () => company.run((ctx) => updateBinding(ctx, first, { version: 1, ownPrice: '3' })),
    });
    expect(await billsOf(company, first)).toEqual(['2026-03-01 2026-04-01 30000']);
  });

  it('gets no bill when it was deleted, and the others get theirs', async () => {
    const site = await newSite();
    const { company, first, second } = site;
    const outcome = await raiseWith(site, ['2026-03', '2026-03'], {
      before: () => company.run((ctx) => deleteBinding(ctx, first)),
    });
    expect(outcome).toMatchObject({ billCount: 1, failedCount: 0 });
    expect(await billsOf(company, second)).toHaveLength(1);
  });

  it('gets its new price only after the bills that are being written by the old one', async () => {
    const site = await newSite();
    const { company, first } = site;
    let order = '';
    let changing: Promise<unknown> = Promise.resolve();
    await raiseWith(site, ['2026-03', '2026-03'], {
      inside: async () => {
        changing = company
          .run((ctx) => updateBinding(ctx, first, { version: 1, ownPrice: '3' }))
          .then(() => {
            order += 'changed';
          });
        await untilWaiting(server);
        order += 'written ';
      },
    });
    await changing;
    expect(order).toBe('written changed');
    expect(await billsOf(company, first)).toEqual(['2026-03-01 2026-04-01 20000']);
  });

  it('is waited for while its end is being saved', async () => {
    const site = await newSite();
    const { company, first } = site;
    let commitEnd = () => {};
    const mayCommit = new Promise<void>((resolve) => {
      commitEnd = resolve;
    });
    let isLocked = () => {};
    const locked = new Promise<void>((resolve) => {
      isLocked = resolve;
    });
    const ending = company.run(async (ctx) => {
      await end(ctx, first, '2026-03-01');
      isLocked();
      await mayCommit;
    });
    await locked;
    const raising = raiseWith(site, ['2026-03', '2026-03'], {
      before: async () => void untilWaiting(server).then(commitEnd),
    });
    await Promise.all([ending, raising]);
    expect(await billsOf(company, first)).toEqual([]);
  });

  it('cannot end while its bill is being written: the bill is met and named', async () => {
    const site = await newSite();
    const { company, first } = site;
    let ending: Promise<unknown> | undefined;
    await raiseWith(site, ['2026-03', '2026-03'], {
      inside: async () => {
        ending = company.run((other) => end(other, first, '2026-03-01')).catch((error: unknown) => error);
        await untilWaiting(server);
      },
    });
    expect(await ending).toMatchObject({ code: 'standardBinding.unpaidBeyond' });
    expect(await billsOf(company, first)).toHaveLength(1);
  });
});

describe('two runs over the same bindings', () => {
  it('bill each month once: the later one waits, meets the bills and does its stretch again without them', async () => {
    const site = await newSite();
    const { company, first, second } = site;
    let later: ReturnType<typeof raiseWith> | undefined;
    const earlier = await raiseWith(site, ['2026-03', '2026-03'], {
      inside: async () => {
        // It reads the bindings before these bills are committed, so it takes both for not billed yet, and for April they are not.
        later = raiseWith(site, ['2026-03', '2026-04'], {});
        await untilWaiting(server);
      },
    });
    expect(earlier).toMatchObject({ billCount: 2, sumFen: 40000n });
    expect(await later).toMatchObject({ billCount: 2, sumFen: 40000n, failedCount: 0 });
    const both = ['2026-03-01 2026-04-01 20000', '2026-04-01 2026-05-01 20000'];
    for (const binding of [first, second]) expect(await billsOf(company, binding)).toEqual(both);
  });
});
