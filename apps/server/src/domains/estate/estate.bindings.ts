import {
  buildingResource,
  communityResource,
  estateFail,
  houseResource,
  parkingSpaceResource,
  tagResource,
  unitResource,
  vehicleApplicationResource,
  vehicleResource,
} from '@anlin/contract';
import { toHalfWidth } from '@anlin/spreadsheet';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { defineResources, type ResourceBinding, type Values } from '../../resource/index.ts';
import { houseNames } from './house-name.ts';
import { plateOf } from './plate.ts';
import { rewriteHouseNames } from './rewrite-house-names.ts';
import { houseIdsMatching } from './search.conditions.ts';
import { searchTerms } from './search-terms.ts';

const targets = defineResources(
  [
    communityResource,
    buildingResource,
    unitResource,
    houseResource,
    parkingSpaceResource,
    vehicleResource,
    tagResource,
  ],
  {
    occupancy: '入住记录',
    standard_binding: '收费标准绑定',
    tag_binding: '跟随标签的收费标准',
    bill: '账单',
    meter: '仪表',
    apportionment: '公摊',
    apportionment_weight: '公摊权重',
    receipt: '收据',
    import_batch: '导入记录',
    ownership_change: '过户记录',
    vehicle_application: '车辆申请',
    vehicle_house: '车辆',
    parking_space_house: '车位',
  },
);

export const communityBinding: ResourceBinding = {
  definition: communityResource,
  targets,
  async prepare(ctx, { values, previous }) {
    if (previous === null && ctx.communityIds !== '*') throw estateFail('community.allRequired');
    const code = toHalfWidth(String(values.code)).trim().toUpperCase();
    if (!/^[A-Z0-9]{1,12}$/.test(code)) throw estateFail('community.codeInvalid', { code });
    checkPhones(String(values.otherPhones ?? ''));
    // An older client knows neither mode nor status.
    return { code, registrationMode: values.registrationMode ?? 'simpleReview', status: values.status ?? 'managed' };
  },
};

/** One a line, each ending with a number. Error: community.phonesUnreadable. */
function checkPhones(text: string): void {
  const wrong = text.split('\n').find((line) => line.trim() !== '' && !/\d[\d-]{4,19}\s*$/.test(line));
  if (wrong === undefined) return;
  const message = `“${wrong.trim()}”末尾没有电话号码，请每行写一个，如：工程 0755-12345678`;
  throw estateFail('community.phonesUnreadable', { line: wrong.trim() }, [{ path: 'otherPhones', message }]);
}

export const buildingBinding: ResourceBinding = {
  definition: buildingResource,
  targets,
  async prepare(ctx, { id, values, previous }) {
    if (previous && previous.name !== values.name) {
      await rewriteHouseNames(ctx, { building: { id, name: String(values.name) } });
    }
    return {};
  },
};

export const unitBinding: ResourceBinding = {
  definition: unitResource,
  targets,
  async prepare(ctx, { id, values, previous }) {
    if (previous && previous.name !== values.name) {
      await rewriteHouseNames(ctx, { unit: { id, name: String(values.name) } });
    }
    return {};
  },
};

export const houseBinding: ResourceBinding = {
  definition: houseResource,
  targets,
  tallied: ['buildingId', 'usage', 'status'],
  prepare: (ctx, { values }) => placeHouse(ctx, values),
  // By place in any notation, and by who lives there: name, pinyin, phone tail (EST-11). An array is searched for once,
  // whatever the planner believes of tables it has no statistics of.
  search: (ctx, q) => sql`t.id = any (array(${houseIdsMatching(ctx, searchTerms(q))}))`,
};

export const parkingSpaceBinding: ResourceBinding = {
  definition: parkingSpaceResource,
  targets,
  tallied: ['type', 'status'],
};

export const vehicleBinding: ResourceBinding = {
  definition: vehicleResource,
  targets,
  prepare: async (_, { values }) => ({ plate: plateOf(String(values.plate)) }),
};

/** Rows come about by submit, pass and reject (vehicle-application.ts). */
export const vehicleApplicationBinding: ResourceBinding = { definition: vehicleApplicationResource, targets };

export const tagBinding: ResourceBinding = { definition: tagResource, targets };

/** Name and search key of a house from its building, unit and number. The unit must lie in the building. */
async function placeHouse(ctx: Context, values: Values): Promise<Values> {
  const place = await ctx.tx.first<{ building: string; unit: string | null }>(
    sql`select b.name as building, u.name as unit from building b
      left join unit u on u.company_id = b.company_id and u.building_id = b.id and u.id = ${values.unitId ?? null}
      where b.company_id = ${ctx.companyId} and b.id = ${values.buildingId}`,
  );
  if (values.unitId && !place?.unit) {
    throw estateFail('house.unitElsewhere', {}, [
      { path: 'unitId', message: '所选单元不在所选楼宇内，请重新选择单元' },
    ]);
  }
  return houseNames(place?.building ?? '', place?.unit ?? null, String(values.number));
}

/** Every resource of the estate, for routes and for the export task. */
export const estateBindings: readonly ResourceBinding[] = [
  communityBinding,
  buildingBinding,
  unitBinding,
  houseBinding,
  parkingSpaceBinding,
  vehicleBinding,
  vehicleApplicationBinding,
  tagBinding,
];
