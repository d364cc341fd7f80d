import { createChargeStandard } from '../domains/charging/index.ts';
import { createApportionment, saveReadings } from '../domains/metering/index.ts';
import { fixedClock } from '../platform/clock.ts';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';
import type { Community, House } from './draw-estate.ts';
import { type History, instantText } from './history.ts';
import { insertRows } from './insert-rows.ts';

const meterCount = 24;
const monthCount = 3;

interface DemoMeter {
  id: string;
  number: string;
  house: House | null;
  place: string;
  initial: number;
  walkOrder: number;
}

/**
 * Cold water of the first houses of a community behind a master meter: three months read and billed as the typist does
 * it, the current one still to be read.
 */
export async function writeMeters(ctx: Context, history: History, community: Community): Promise<void> {
  const item = await ctx.tx.first<{ id: string }>(
    sql`select id from charge_item where company_id = ${ctx.companyId} and name = '水费'`,
  );
  const shared = await ctx.tx.first<{ id: string }>(
    sql`select id from charge_item where company_id = ${ctx.companyId} and name = '公摊费用'`,
  );
  const standard = await createChargeStandard(ctx, {
    chargeItemId: item!.id,
    name: `${community.plan.name} 居民用水`,
    method: 'unitPrice',
    quantitySource: 'meterUsage',
    quantityUnit: 'm³',
    quantityFieldId: null,
    formula: null,
    tiers: null,
    everyMonths: 1,
    alignment: 'natural',
    note: '',
    price: '3.03',
  });
  const master = drawMeter(history, { number: 'ZS-01', house: null, place: '1栋地下泵房', walkOrder: 0 });
  const houses = community.houses.filter((house) => house.usage !== 'shop').slice(0, meterCount);
  const meters = houses.map((house, index) => {
    const number = `S${String(index + 1).padStart(4, '0')}`;
    return drawMeter(history, { number, house, place: '厨房', walkOrder: (index + 1) * 10 });
  });
  await insertMeters(ctx, community, [master], null, null);
  await insertMeters(ctx, community, meters, master.id, standard.id);
  await readMonths(ctx, history, [master, ...meters]);
  await createApportionment(ctx, {
    name: '二次供水损耗',
    chargeItemId: shared!.id,
    total: { source: 'loss', meterId: master.id, price: '3.03' },
    basis: 'usage',
    meterKind: 'coldWater',
    formula: '',
    weights: [],
    selection: { targetKind: 'house', communityId: community.id, houseIds: houses.map((house) => house.id) },
    vacantPercent: '100',
    repeats: true,
    note: '',
  });
}

function drawMeter(history: History, meter: Pick<DemoMeter, 'number' | 'house' | 'place' | 'walkOrder'>): DemoMeter {
  return { ...meter, id: history.newId(), initial: history.random.between(100, 900) };
}

async function insertMeters(
  ctx: Context,
  community: Community,
  meters: readonly DemoMeter[],
  parentId: string | null,
  standardId: string | null,
): Promise<void> {
  const at = nowText(ctx);
  await insertRows(
    ctx.tx,
    ctx.companyId,
    'meter',
    {
      id: ['uuid', (meter) => meter.id],
      community_id: ['uuid', () => community.id],
      number: ['text', (meter) => meter.number],
      kind: ['text', () => 'coldWater'],
      house_id: ['uuid', (meter) => meter.house?.id ?? null],
      building_id: ['uuid', (meter) => meter.house?.buildingId ?? community.buildings[0]?.id ?? null],
      place: ['text', (meter) => meter.place],
      initial_reading: ['numeric', (meter) => meter.initial],
      charge_standard_id: ['uuid', () => standardId],
      parent_id: ['uuid', () => parentId],
      is_master: ['boolean', () => parentId === null],
      walk_order: ['int', (meter) => meter.walkOrder],
      created_at: ['timestamptz', () => at],
      updated_at: ['timestamptz', () => at],
    },
    meters,
  );
}

/** Each of the last whole months read on the second day after it. The first meter is the master of the others. */
async function readMonths(ctx: Context, history: History, meters: readonly DemoMeter[]): Promise<void> {
  const current = new Map(meters.map((meter) => [meter.id, meter.initial]));
  for (const month of history.months.slice(-1 - monthCount, -1)) {
    const day = Temporal.PlainYearMonth.from(month).add({ months: 1 }).toPlainDate({ day: 1 });
    const clock = fixedClock(instantText(history.instantMs(day, 10 * 60)));
    const used = meters.map(() => history.random.between(4, 18));
    used[0] = used.slice(1).reduce((sum, one) => sum + one, 0) + history.random.between(6, 14);
    await saveReadings(
      { ...ctx, clock, permissions: new Set(['bill.raise']) },
      {
        month,
        raisesBills: true,
        readings: meters.map((meter, index) => {
          const reading = current.get(meter.id)! + used[index]!;
          current.set(meter.id, reading);
          const plain = { isRolledOver: false, replaced: null, sharedPart: '0', confirmation: '', version: null };
          return { meterId: meter.id, current: String(reading), ...plain };
        }),
      },
    );
  }
}
