import { randomInt } from 'node:crypto';
import { addDefaultPaymentMethods } from '../../../apps/server/src/domains/cashier/index.ts';
import {
  addBuilding,
  addHouse,
  addItem,
  addStandard,
  bindHouses,
} from '../../../apps/server/src/domains/charging/charging.fixture.ts';
import { raiseBills } from '../../../apps/server/src/domains/charging/index.ts';
import { moveIn, searchKeyOf } from '../../../apps/server/src/domains/estate/index.ts';
import { asSystem } from '../../../apps/server/src/platform/boundary.ts';
import type { BuiltInGroup } from '../../../apps/server/src/platform/company/built-in-groups.ts';
import { createCompany, createStaff } from '../../../apps/server/src/platform/company/create-company.ts';
import { type Context, nowText } from '../../../apps/server/src/platform/context.ts';
import { sql } from '../../../apps/server/src/platform/database/sql.ts';
import { inTransaction } from '../../../apps/server/src/platform/database/transaction.ts';
import type { Services } from '../../../apps/server/src/platform/services.ts';
import { demoPassword } from './index.ts';

/** A company of a test's own, so that what other tests do is not seen in its lists. */
export interface Company {
  id: string;
  run<T>(work: (ctx: Context) => Promise<T>): Promise<T>;
  /** Adds a community and returns its id. */
  community(name: string, code: string): Promise<string>;
  /** Adds a person of the staff and returns the phone they sign in with. */
  person(group: BuiltInGroup, options?: PersonOptions): Promise<string>;
}

interface PersonOptions {
  name?: string;
  communityIds?: '*' | readonly string[];
  mustChangePassword?: boolean;
}

export async function makeCompany(services: Services, name: string): Promise<Company> {
  const id = await inTransaction(services.pool, (tx) =>
    createCompany({ tx, newId: services.newId, clock: services.clock }, { name }),
  );
  const run: Company['run'] = (work) => asSystem(services, id, work);
  await run(addDefaultPaymentMethods);
  return {
    id,
    run,
    community: (communityName, code) => run((ctx) => addCommunity(ctx, communityName, code)),
    async person(group, { communityIds = '*', mustChangePassword = false, name: personName = group } = {}) {
      const phone = `17${randomInt(100_000_000, 999_999_999)}`;
      await run((ctx) =>
        createStaff(ctx, {
          name: personName,
          phone,
          password: demoPassword,
          position: group,
          groups: [group],
          communityIds,
          mustChangePassword,
        }),
      );
      return phone;
    },
  };
}

async function addCommunity(ctx: Context, name: string, code: string): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into community (company_id, id, name, code, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${name}, ${code}, ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

/** This month in Shanghai: `2026-03`. The product runs on the real clock. */
export function thisMonth(): string {
  return Temporal.Now.zonedDateTimeISO('Asia/Shanghai').toPlainDate().toPlainYearMonth().toString();
}

export interface Billed {
  communityId: string;
  itemId: string;
  houseIds: string[];
}

/**
 * A community of one building where every house of 98.50 ㎡ owes this month's fee at 2.80 — 275.80 yuan each — and the
 * first house belongs to 崔春涛, 138 1234 5678.
 */
export async function makeBilledHouses(company: Company, houseCount: number): Promise<Billed> {
  const communityId = await company.community('翠湖花园', 'CHHY');
  const { houseIds, itemId } = await company.run(async (ctx) => {
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    const ids: string[] = [];
    for (let place = 1; place <= houseCount; place++) {
      const houseId = await addHouse(ctx, { communityId, buildingId, number: String(100 + place), builtArea: '98.50' });
      await ctx.tx.run(sql`update house set search_key = ${searchKeyOf(`1栋-${100 + place}`)}
        where company_id = ${ctx.companyId} and id = ${houseId}`);
      ids.push(houseId);
    }
    await moveIn(ctx, {
      houseId: ids[0]!,
      name: '崔春涛',
      phone: '13812345678',
      sex: null,
      role: 'owner',
      movedInOn: '2020-01-01',
      validUntil: null,
    });
    const item = await addItem(ctx, { name: '物业管理费' });
    const chargeStandardId = await addStandard(ctx, { chargeItemId: item, name: '住宅 2.80', price: '2.80' });
    await bindHouses(ctx, { communityId, chargeStandardId, houseIds: ids, startsOn: `${thisMonth()}-01` });
    return { houseIds: ids, itemId: item };
  });
  const month = thisMonth();
  await raiseBills(
    { transaction: company.run, report: async () => {}, taskId: null },
    { communityId, chargeItemIds: [itemId], monthFrom: month, monthTo: month, raisedHow: 'manual' },
  );
  return { communityId, itemId, houseIds };
}
