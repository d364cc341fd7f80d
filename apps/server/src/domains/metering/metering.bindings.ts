import {
  apportionmentResource,
  billResource,
  buildingResource,
  chargeItemResource,
  chargeStandardResource,
  houseResource,
  meteringFail,
  meterReadingResource,
  meterResource,
  parkingSpaceResource,
  staffResource,
} from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { defineResources, type ResourceBinding, type Values } from '../../resource/index.ts';
import { readStandardsById } from '../charging/index.ts';

const targets = defineResources(
  [
    meterResource,
    meterReadingResource,
    apportionmentResource,
    billResource,
    houseResource,
    parkingSpaceResource,
    buildingResource,
    chargeItemResource,
    chargeStandardResource,
    staffResource,
  ],
  { meter_reading: '抄表记录', apportionment: '公摊' },
);

export const meterBinding: ResourceBinding = {
  definition: meterResource,
  targets,
  async prepare(ctx, { id, values, previous }) {
    checkTarget(values);
    if ((values.status === 'replaced') !== (previous?.status === 'replaced')) throw meteringFail('meter.replacedStays');
    if (values.parentId && values.parentId !== previous?.parentId) await checkParent(ctx, id, String(values.parentId));
    if (values.chargeStandardId && values.chargeStandardId !== previous?.chargeStandardId)
      await checkStandard(ctx, String(values.chargeStandardId), String(values.communityId));
    if (previous) await refuseChangeOfRead(ctx, id, values, previous);
    return {};
  },
};

function checkTarget(values: Values): void {
  if (values.houseId && values.parkingSpaceId)
    throw meteringFail('meter.twoTargets', {}, [{ path: 'parkingSpaceId', message: '请清空车位或房屋' }]);
  if (values.isMaster === true && (values.houseId || values.parkingSpaceId))
    throw meteringFail('meter.masterOfHouse', {}, [{ path: 'isMaster', message: '总表不能属于某一户' }]);
}

async function checkParent(ctx: Context, id: string, parentId: string): Promise<void> {
  const parent = await ctx.tx.first<{ number: string; is_master: boolean; is_below: boolean }>(sql`
    with recursive above as (
      select m.id, m.parent_id, 1 as depth from meter m where m.company_id = ${ctx.companyId} and m.id = ${parentId}
      union all select m.id, m.parent_id, a.depth + 1 from above a join meter m on m.company_id = ${ctx.companyId} and m.id = a.parent_id where a.depth < 50)
    select p.number, p.is_master, exists (select from above where above.id = ${id}) is_below
    from meter p where p.company_id = ${ctx.companyId} and p.id = ${parentId}`);
  if (!parent) return;
  const place = [{ path: 'parentId', message: '请改选总表' }];
  if (!parent.is_master) throw meteringFail('meter.parentNotMaster', { number: parent.number }, place);
  if (parent.is_below) throw meteringFail('meter.parentCircle', { number: parent.number }, place);
}

async function checkStandard(ctx: Context, id: string, communityId: string): Promise<void> {
  const [standard] = await readStandardsById(ctx, [id], communityId);
  if (standard?.isMetered) return;
  throw meteringFail('meter.standardNotMetered', { name: standard?.name ?? '' }, [
    { path: 'chargeStandardId', message: '请选按用量计价的标准' },
  ]);
}

const lastingFields = ['kind', 'houseId', 'parkingSpaceId', 'initialReading'] as const;

/** What the readings that are there were worked out and billed by stays. */
async function refuseChangeOfRead(ctx: Context, id: string, values: Values, previous: Values): Promise<void> {
  const changed = lastingFields.filter((key) =>
    key === 'initialReading'
      ? Number(values[key]) !== Number(previous[key])
      : (values[key] ?? null) !== (previous[key] ?? null),
  );
  if (changed.length === 0) return;
  const row = await ctx.tx.first(
    sql`select 1 from meter_reading where company_id = ${ctx.companyId} and meter_id = ${id} limit 1`,
  );
  if (!row) return;
  const what = changed.map((key) => meterResource.fields[key].label).join('、');
  throw meteringFail(
    'meter.hasReadings',
    { number: String(previous.number), what },
    changed.map((path) => ({ path, message: '已抄过表，不能再改' })),
  );
}

export const meterReadingBinding: ResourceBinding = { definition: meterReadingResource, targets };

export const apportionmentBinding: ResourceBinding = { definition: apportionmentResource, targets };
