import type { TargetKind } from '@anlin/contract';
import { explain } from '@anlin/pricing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp, type TestCompany } from '../../../test/test-app.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { bindStandard } from './bind-standard.ts';
import { addPrice } from './charge-standard.ts';
import {
  addBuilding,
  addHouse,
  addItem,
  addManyHouses,
  addParkingSpace,
  addStandard,
  addVehicle,
  bindHouses,
} from './charging.fixture.ts';
import { endBindings } from './end-bindings.ts';
import { previewBills } from './preview-bills.ts';
import { type RaisingRunner, raiseBills } from './raise-bills.ts';
import type { RaisingOrder } from './raising-order.ts';
import { onlyTarget } from './select-targets.ts';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

interface Site {
  company: TestCompany;
  communityId: string;
  buildingId: string;
  itemId: string;
}

let sites = 0;
async function newSite(item: Partial<Parameters<typeof addItem>[1]> = {}): Promise<Site> {
  sites += 1;
  const company = await server.company(`安居物业 ${sites}`);
  const { communityId } = company;
  return company.run(async (ctx) => ({
    company,
    communityId,
    buildingId: await addBuilding(ctx, communityId, '1栋'),
    itemId: await addItem(ctx, { name: '物业管理费', ...item }),
  }));
}

function orderOf(site: Site, monthFrom: string, monthTo = monthFrom): RaisingOrder {
  return { communityId: site.communityId, chargeItemIds: [site.itemId], monthFrom, monthTo, raisedHow: 'manual' };
}

function runnerOf(site: Site, changes: Partial<RaisingRunner> = {}): RaisingRunner {
  return { transaction: site.company.run, report: async () => {}, taskId: null, ...changes };
}

const raise = (site: Site, monthFrom: string, monthTo?: string) =>
  raiseBills(runnerOf(site), orderOf(site, monthFrom, monthTo));

interface BillRow {
  period_from: string;
  period_to: string;
  due_on: string;
  receivable_fen: bigint;
  standard_binding_id: string;
  calculation: Parameters<typeof explain>[0];
}

const bills = (site: Site) =>
  site.company.run((ctx) =>
    ctx.tx.rows<BillRow>(sql`select period_from, period_to, due_on, receivable_fen, standard_binding_id, calculation from bill
      where company_id = ${ctx.companyId} and voided_at is null order by period_from, standard_binding_id`),
  );

async function oneHouse(
  site: Site,
  binding: {
    startsOn: string;
    endsOn?: string | null;
    price?: string;
    area?: string;
    everyMonths?: 1 | 3;
    alignment?: 'natural' | 'binding';
  },
): Promise<{ houseId: string; standardId: string }> {
  return site.company.run(async (ctx) => {
    const { communityId, buildingId } = site;
    const houseId = await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: binding.area ?? '98.50' });
    const standardId = await addStandard(ctx, {
      chargeItemId: site.itemId,
      price: binding.price ?? '2.80',
      everyMonths: binding.everyMonths ?? 1,
      alignment: binding.alignment ?? 'natural',
    });
    await bindHouses(ctx, {
      communityId,
      chargeStandardId: standardId,
      houseIds: [houseId],
      startsOn: binding.startsOn,
      endsOn: binding.endsOn ?? null,
    });
    return { houseId, standardId };
  });
}

describe('the worked examples, through the database', () => {
  const amounts = async (site: Site) =>
    (await bills(site)).map((bill) => [bill.period_from, bill.period_to, Number(bill.receivable_fen)]);

  it('1: bills a whole month of 98.50 ㎡ at 2.80 with 275.80 and keeps the sentence', async () => {
    const site = await newSite();
    await oneHouse(site, { startsOn: '2025-01-01' });
    const outcome = await raise(site, '2026-03');
    expect(outcome).toMatchObject({ billCount: 1, sumFen: 27580n, failedCount: 0 });
    const [bill] = await bills(site);
    expect(explain(bill!.calculation)).toBe('98.50㎡ × 2.80元/㎡·月 × 1个月 = 275.80元');
    expect(bill!.due_on).toBe('2026-03-31');
  });

  it('2 and 3: bills only the days of a binding that begins or ends within the month', async () => {
    const site = await newSite();
    await oneHouse(site, { startsOn: '2026-01-15', endsOn: '2026-03-10' });
    await raise(site, '2026-01', '2026-04');
    expect(await amounts(site)).toEqual([
      ['2026-01-15', '2026-02-01', 15125],
      ['2026-02-01', '2026-03-01', 27580],
      ['2026-03-01', '2026-03-10', 8007],
    ]);
  });

  it('7: bills nothing for a part of a month under 15 days, and says so', async () => {
    const site = await newSite({ proration: 'nothingUnder', prorationDays: 15 });
    await oneHouse(site, { startsOn: '2026-01-15', endsOn: '2026-03-10' });
    const outcome = await raise(site, '2026-01', '2026-03');
    expect(outcome).toMatchObject({ billCount: 2, noBillCount: 1, failedCount: 0 });
    expect((await amounts(site)).map(([, , amount]) => amount)).toEqual([27580, 27580]);
  });

  it('8 and 9: quarters by the calendar begin with a part, quarters by the binding are whole', async () => {
    const natural = await newSite();
    await oneHouse(natural, { startsOn: '2026-02-10', everyMonths: 3 });
    await raise(natural, '2026-02', '2026-03');
    expect(await amounts(natural)).toEqual([['2026-02-10', '2026-04-01', 46295]]);
    const aligned = await newSite();
    await oneHouse(aligned, { startsOn: '2026-02-10', everyMonths: 3, alignment: 'binding' });
    await raise(aligned, '2026-02', '2026-04');
    expect(await amounts(aligned)).toEqual([['2026-02-10', '2026-05-10', 82740]]);
  });

  it('10: splits a month in which the price changes, in one bill of two lines', async () => {
    const site = await newSite();
    const { standardId } = await oneHouse(site, { startsOn: '2025-01-01' });
    await site.company.run((ctx) => addPrice(ctx, standardId, { startsOn: '2026-03-16', price: '3.10' }));
    await raise(site, '2026-03');
    const [bill] = await bills(site);
    expect(bill!.receivable_fen).toBe(29105n);
    expect(explain(bill!.calculation).split('\n')).toHaveLength(3);
  });

  it('11: a binding from the 31st never drifts', async () => {
    const site = await newSite();
    await oneHouse(site, { startsOn: '2026-01-31', alignment: 'binding' });
    await raise(site, '2026-01', '2026-03');
    expect((await amounts(site)).map(([from, to]) => [from, to])).toEqual([
      ['2026-01-31', '2026-02-28'],
      ['2026-02-28', '2026-03-31'],
      ['2026-03-31', '2026-04-30'],
    ]);
  });

  it('12 and 14: rounds once, as the item says', async () => {
    const jiao = await newSite({ precision: 'jiao', rounding: 'up' });
    await oneHouse(jiao, { startsOn: '2026-01-15' });
    await raise(jiao, '2026-01');
    expect((await amounts(jiao))[0]?.[2]).toBe(15130);
    const fine = await newSite();
    await oneHouse(fine, { startsOn: '2026-01-01', area: '118.24', price: '2.35' });
    await raise(fine, '2026-01');
    expect((await amounts(fine))[0]?.[2]).toBe(27786);
  });
});

describe('exactly one bill for one binding and period', () => {
  async function manyHouses(count: number): Promise<Site> {
    const site = await newSite();
    await site.company.run((ctx) => addManyHouses(ctx, { ...site, count }));
    await site.company.run(async (ctx) => {
      const chargeStandardId = await addStandard(ctx, { chargeItemId: site.itemId, price: '2.80' });
      const selection = { targetKind: 'house' as const, communityId: site.communityId };
      const terms = {
        startsOn: '2025-06-15',
        endsOn: null,
        ownPrice: null,
        ownQuantity: null,
        ownAmount: null,
        note: '',
      };
      await bindStandard(ctx, { chargeStandardId, selection, ...terms, skipOverlapping: false });
    });
    return site;
  }

  const totals = (site: Site) =>
    site.company.run((ctx) =>
      ctx.tx.first<{ count: number; kinds: number; sum: bigint }>(sql`select count(*)::int count,
        count(distinct (standard_binding_id, period_from))::int kinds, sum(receivable_fen)::bigint sum from bill where company_id = ${ctx.companyId}`),
    );

  const runs = (site: Site) =>
    site.company.run((ctx) =>
      ctx.tx.first<{ count: number; sum: bigint }>(
        sql`select sum(bill_count)::int count, sum(sum_fen)::bigint sum from raising_run where company_id = ${ctx.companyId}`,
      ),
    );

  it('raises nothing the second time, and the rest when a month was raised before', async () => {
    const site = await manyHouses(300);
    expect((await raise(site, '2026-02')).billCount).toBe(300);
    expect((await raise(site, '2026-02')).billCount).toBe(0);
    expect((await raise(site, '2026-01', '2026-03')).billCount).toBe(600);
    expect(await totals(site)).toMatchObject({ count: 900, kinds: 900 });
  });

  it('lets two runs at once raise each bill once between them, and both records add up', async () => {
    const site = await manyHouses(9000);
    const outcomes = await Promise.all([raise(site, '2026-03'), raise(site, '2026-03')]);
    expect(outcomes[0].billCount + outcomes[1].billCount).toBe(9000);
    const found = await totals(site);
    expect(found).toMatchObject({ count: 9000, kinds: 9000 });
    expect(await runs(site)).toEqual({ count: 9000, sum: found!.sum });
  });

  it('goes on after a failure between chunks without losing or doubling a bill', async () => {
    const site = await manyHouses(9000);
    const taskId = crypto.randomUUID();
    // The third of the chunks, and then the record of the run.
    for (const failAt of [4, 3]) {
      let transactions = 0;
      const transaction: RaisingRunner['transaction'] = (work) =>
        site.company.run(async (ctx) => {
          transactions += 1;
          const place = transactions;
          const result = await work(ctx);
          // Everything of this piece has been written, and is lost: the connection breaks before it is committed.
          if (place === failAt) throw new Error('the connection broke');
          return result;
        });
      await expect(raiseBills(runnerOf(site, { transaction, taskId }), orderOf(site, '2026-03'))).rejects.toThrow(
        'broke',
      );
    }
    const outcome = await raiseBills(runnerOf(site, { taskId }), orderOf(site, '2026-03'));
    const found = await totals(site);
    expect(found).toMatchObject({ count: 9000, kinds: 9000 });
    // The task taken up again went on with its own run, whose count and sum are those of its bills.
    expect(outcome.billCount).toBe(9000);
    expect(outcome.sumFen).toBe(found!.sum);
  });

  it('stops when a person stops it, keeps what was written, and goes on later', async () => {
    const site = await manyHouses(9000);
    const report = async (done: number) => {
      if (done > 0) throw new Error('stopped');
    };
    await expect(raiseBills(runnerOf(site, { report }), orderOf(site, '2026-03'))).rejects.toThrow('stopped');
    const before = (await totals(site))!.count;
    expect(before).toBeLessThan(9000);
    expect((await raise(site, '2026-03')).billCount).toBe(9000 - before);
  });

  it('bills nobody of another company or community', async () => {
    const site = await manyHouses(3);
    const other = await manyHouses(2);
    await raise(site, '2026-03');
    expect(await totals(other)).toMatchObject({ count: 0 });
    const elsewhere = { ...orderOf(site, '2026-04'), communityId: site.company.otherCommunityId };
    expect((await raiseBills(runnerOf(site), elsewhere)).billCount).toBe(0);
  });

  it('raises the rest of a period whose bill was voided when its binding ended', async () => {
    const site = await newSite();
    await oneHouse(site, { startsOn: '2026-01-01' });
    await raise(site, '2026-03');
    const [bill] = await bills(site);
    await site.company.run((ctx) =>
      endBindings(ctx, { ids: [bill!.standard_binding_id], endsOn: '2026-03-10', voidUnpaid: true }),
    );
    await raise(site, '2026-03');
    expect((await bills(site)).map((one) => [one.period_to, one.receivable_fen])).toEqual([['2026-03-10', 8007n]]);
  });
});

describe('what cannot be computed', () => {
  it('is reported by name and reason and never billed as 0', async () => {
    const site = await newSite();
    await site.company.run(async (ctx) => {
      const { communityId, buildingId } = site;
      const houseIds = [
        await addHouse(ctx, { communityId, buildingId, number: '101', builtArea: '0' }),
        await addHouse(ctx, { communityId, buildingId, number: '102', builtArea: '50' }),
      ];
      const chargeStandardId = await addStandard(ctx, { chargeItemId: site.itemId, price: '2' });
      await bindHouses(ctx, { communityId, chargeStandardId, houseIds, startsOn: '2026-01-01' });
      await addParkingSpace(ctx, { communityId, number: 'A-1', area: null });
      const parking = await addStandard(ctx, { chargeItemId: site.itemId, price: '3', quantitySource: 'parkingArea' });
      const terms = {
        startsOn: '2026-01-01',
        endsOn: null,
        ownPrice: null,
        ownQuantity: null,
        ownAmount: null,
        note: '',
      };
      const selection = { targetKind: 'parkingSpace' as const, communityId };
      await bindStandard(ctx, { chargeStandardId: parking, selection, ...terms, skipOverlapping: false });
    });
    const outcome = await raise(site, '2026-03');
    expect(outcome).toMatchObject({ billCount: 1, sumFen: 10000n, failedCount: 2 });
    expect(outcome.failures.map(({ targetLabel, reason }) => `${targetLabel}：${reason}`)).toEqual([
      '1栋-101：建筑面积为 0，请先在档案中填写建筑面积',
      '车位 A-1：没有填写车位面积，请先在档案中填写',
    ]);
  });
});

describe('the preview', () => {
  const day = fc.date({ min: new Date('2025-10-01'), max: new Date('2026-05-28'), noInvalidDate: true });
  const iso = (date: Date) => date.toISOString().slice(0, 10);
  const bindingArbitrary = fc.record({
    kind: fc.constantFrom('house' as const, 'parkingSpace' as const, 'vehicle' as const),
    area: fc.integer({ min: 0, max: 20_000 }).map((cents) => (cents / 100).toFixed(2)),
    startsOn: day.map(iso),
    days: fc.option(fc.integer({ min: 1, max: 200 })),
    ownPrice: fc.option(fc.constantFrom('0', '1.234567', '3.5')),
  });

  async function plant(
    ctx: Context,
    site: Site,
    one: { kind: TargetKind; area: string; startsOn: string; days: number | null; ownPrice: string | null },
    place: number,
    chargeStandardId: string,
  ) {
    const { communityId } = site;
    const targetId =
      one.kind === 'house'
        ? await addHouse(ctx, { ...site, number: String(place), builtArea: one.area })
        : one.kind === 'vehicle'
          ? await addVehicle(ctx, { communityId, plate: `粤B${place}` })
          : await addParkingSpace(ctx, { communityId, number: String(place) });
    const endsOn = one.days === null ? null : Temporal.PlainDate.from(one.startsOn).add({ days: one.days }).toString();
    await bindStandard(ctx, {
      chargeStandardId,
      selection: onlyTarget(communityId, one.kind, targetId),
      startsOn: one.startsOn,
      endsOn,
      ownPrice: one.ownPrice,
      // Nothing but a house has a built area; what is bound without a quantity cannot be billed, and is reported.
      ownQuantity: one.kind === 'parkingSpace' && place % 2 === 1 ? null : one.kind === 'house' ? null : one.area,
      ownAmount: null,
      note: '',
      skipOverlapping: false,
    });
  }

  it('says exactly what raising then writes, whatever is bound and priced how', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(bindingArbitrary, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('actualDays', 'thirtyDays', 'wholePeriod'),
        fc.constantFrom(1 as const, 3 as const),
        fc.constantFrom('natural' as const, 'binding' as const),
        fc.option(day.map(iso)),
        async (bindings, proration, everyMonths, alignment, priceDay) => {
          const site = await newSite({ proration });
          await site.company.run(async (ctx) => {
            const standardId = await addStandard(ctx, {
              chargeItemId: site.itemId,
              price: '2.80',
              everyMonths,
              alignment,
            });
            for (const [place, one] of bindings.entries()) await plant(ctx, site, one, place, standardId);
            if (priceDay) await addPrice(ctx, standardId, { startsOn: priceDay, price: '3.1' });
          });
          await raise(site, '2025-12');
          const preview = await site.company.run((ctx) =>
            previewBills(ctx, {
              ...orderOf(site, '2026-01', '2026-03'),
              chargeItemIds: [site.itemId],
              targetIds: undefined,
              lineKind: 'all',
              page: 1,
              pageSize: 200,
            }),
          );
          const outcome = await raise(site, '2026-01', '2026-03');
          expect(preview.toRaise.count).toBe(outcome.billCount);
          expect(Number(preview.toRaise.sum)).toBeCloseTo(Number(outcome.sumFen) / 100, 6);
          expect(preview.kinds.find(({ kind }) => kind === 'failed')?.count ?? 0).toBe(outcome.failedCount);
          expect(preview.noBillCount).toBe(outcome.noBillCount);
          const written = (await bills(site))
            .filter((bill) => bill.period_from >= '2026-01-01')
            .map(
              (bill) =>
                `${bill.standard_binding_id} ${bill.period_from} ${bill.period_to} ${explain(bill.calculation)}`,
            );
          const shown = preview.lines
            .filter((line) => line.amount !== null)
            .map((line) => `${line.bindingId} ${line.periodFrom} ${line.periodTo} ${line.sentence}`);
          expect(shown.sort()).toEqual(written.sort());
        },
      ),
      { numRuns: 12 },
    );
  });

  it('says what is new, gone and changed, and why, and writes nothing', async () => {
    const site = await newSite();
    const { communityId, buildingId } = site;
    const ids = await site.company.run(async (ctx) => {
      const standardId = await addStandard(ctx, { chargeItemId: site.itemId, price: '2.80' });
      const houses: string[] = [];
      for (const number of ['101', '102', '103', '104'])
        houses.push(await addHouse(ctx, { communityId, buildingId, number, builtArea: '100' }));
      const bind = (houseId: string, startsOn: string, endsOn: string | null = null) =>
        bindHouses(ctx, { communityId, chargeStandardId: standardId, houseIds: [houseId], startsOn, endsOn });
      await bind(houses[0]!, '2025-01-01');
      await bind(houses[1]!, '2025-01-01', '2026-03-01');
      await bind(houses[2]!, '2025-01-01');
      return { standardId, houses, bind: { houseId: houses[3]!, standardId } };
    });
    await raise(site, '2026-02');
    await site.company.run(async (ctx) => {
      await ctx.tx.run(
        sql`update house set built_area = 120 where company_id = ${ctx.companyId} and id = ${ids.houses[2]}`,
      );
      await bindHouses(ctx, {
        communityId,
        chargeStandardId: ids.standardId,
        houseIds: [ids.houses[3]!],
        startsOn: '2026-03-01',
      });
    });
    const input = {
      communityId,
      chargeItemIds: [site.itemId],
      monthFrom: '2026-03',
      monthTo: '2026-03',
      lineKind: 'all' as const,
      page: 1,
      pageSize: 50,
    };
    const preview = await site.company.run((ctx) => previewBills(ctx, input));
    expect(
      preview.lines.map((line) => [line.targetLabel, line.kind, line.reason, line.previousAmount, line.amount]),
    ).toEqual([
      ['1栋-101', 'same', '', '280.00', '280.00'],
      ['1栋-103', 'changed', '数量变化', '280.00', '336.00'],
      ['1栋-104', 'new', '新绑定', null, '280.00'],
      ['1栋-102', 'gone', '绑定已结束（2026-03-01 起不再收）', '280.00', null],
    ]);
    expect(preview).toMatchObject({
      toRaise: { count: 3, sum: '896.00' },
      previous: { count: 3, sum: '840.00' },
      lineCount: 4,
    });
    expect((await bills(site)).length).toBe(3);
    const gone = await site.company.run((ctx) => previewBills(ctx, { ...input, lineKind: 'gone' }));
    expect(gone.lines.map((line) => line.targetLabel)).toEqual(['1栋-102']);
    await raise(site, '2026-03');
    const after = await site.company.run((ctx) => previewBills(ctx, input));
    expect(after).toMatchObject({ toRaise: { count: 0 }, alreadyRaised: { count: 3, sum: '896.00' } });
  });
});
