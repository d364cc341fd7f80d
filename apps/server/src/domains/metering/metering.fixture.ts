import {
  type EndpointArguments,
  type MeterKind,
  meterResource,
  resourceEndpoints,
  saveReadings,
} from '@anlin/contract';
import type { TestCompany, TestPerson } from '../../../test/test-app.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { addBuilding, addHouse } from '../charging/charging.fixture.ts';
import { createChargeStandard } from '../charging/index.ts';

/** Houses of the worked examples with a water item and a standard of 3.03 a cubic metre. */
export interface MeteredEstate {
  buildingId: string;
  /** 89.36, 98.50 and 118.24 ㎡, in this order. */
  houseIds: [string, string, string];
  itemId: string;
  standardId: string;
}

export async function makeEstate(company: TestCompany): Promise<MeteredEstate> {
  const { communityId } = company;
  return company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    const houses = ['89.36', '98.50', '118.24'].map((builtArea, index) => ({ number: `10${index + 1}`, builtArea }));
    const houseIds: string[] = [];
    for (const house of houses) houseIds.push(await addHouse(ctx, { communityId, buildingId, ...house }));
    const itemId = ctx.newId();
    await ctx.tx.run(sql`insert into charge_item (company_id, id, name, kind, due_days, created_at, updated_at)
      values (${ctx.companyId}, ${itemId}, '水费', 'metered', 30, ${nowText(ctx)}, ${nowText(ctx)})`);
    const { id: standardId } = await createChargeStandard(ctx, {
      chargeItemId: itemId,
      name: '自来水',
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
    return { buildingId, houseIds: houseIds as MeteredEstate['houseIds'], itemId, standardId };
  });
}

export interface NewMeter {
  number: string;
  kind?: MeterKind;
  houseId?: string | null;
  chargeStandardId?: string | null;
  communityId?: string;
  multiplier?: string;
  digits?: number;
  initialReading?: string;
  parentId?: string | null;
  isMaster?: boolean;
  lossShare?: string;
}

export async function addMeter(person: TestPerson, company: TestCompany, meter: NewMeter): Promise<string> {
  const { id } = await person.call(resourceEndpoints(meterResource).create, {
    body: {
      communityId: company.communityId,
      kind: 'coldWater',
      multiplier: '1',
      digits: 5,
      initialReading: '0',
      lossShare: '0',
      walkOrder: 0,
      status: 'inUse',
      ...meter,
    },
  });
  return id;
}

type Readings = EndpointArguments<typeof saveReadings>['body']['readings'];

/** Saves readings of a month as the typist does. */
export function typeIn(person: TestPerson, month: string, readings: Readings, raisesBills = false) {
  return person.call(saveReadings, { body: { month, raisesBills, readings } });
}
