import { addDefaultPaymentMethods, listPaymentMethods } from '../../apps/server/src/domains/cashier/payment-method.ts';
import { addBuilding, addItem, addManyHouses } from '../../apps/server/src/domains/charging/charging.fixture.ts';
import { bindStandard, createChargeStandard } from '../../apps/server/src/domains/charging/index.ts';
import { asStaff, asSystem } from '../../apps/server/src/platform/boundary.ts';
import { createCompany, createStaff } from '../../apps/server/src/platform/company/create-company.ts';
import { nowText } from '../../apps/server/src/platform/context.ts';
import { sql } from '../../apps/server/src/platform/database/sql.ts';
import { inTransaction } from '../../apps/server/src/platform/database/transaction.ts';
import type { Services } from '../../apps/server/src/platform/services.ts';

export interface CrashSite {
  companyId: string;
  communityId: string;
  chargeItemId: string;
  cashMethodId: string;
  phone: string;
  password: string;
  houseCount: number;
}

/** A company whose every house is bound to a price of its area from 2000 on. */
export async function makeCrashSite(services: Services, houseCount: number): Promise<CrashSite> {
  const [phone, password] = ['13500000001', 'crash-2026'];
  const companyId = await inTransaction(services.pool, (tx) =>
    createCompany({ tx, newId: services.newId, clock: services.clock }, { name: '安居物业' }),
  );
  const made = await asSystem(services, companyId, async (ctx) => {
    const communityId = ctx.newId();
    await ctx.tx.run(sql`insert into community (company_id, id, name, code, receipt_number_pattern, created_at, updated_at)
      values (${companyId}, ${communityId}, '翠湖花园', 'CH', 'CH-{seq:6}', ${nowText(ctx)}, ${nowText(ctx)})`);
    await addManyHouses(ctx, {
      communityId,
      buildingId: await addBuilding(ctx, communityId, '1栋'),
      count: houseCount,
    });
    const chargeItemId = await addItem(ctx, { name: '物业管理费' });
    await addDefaultPaymentMethods(ctx);
    const cashMethodId = (await listPaymentMethods(ctx)).find((one) => one.isCash)!.id;
    const staffId = await createStaff(ctx, {
      name: '管理员',
      phone,
      password,
      position: '',
      groups: ['管理员'],
      communityIds: '*',
    });
    return { communityId, chargeItemId, cashMethodId, staffId };
  });
  const { communityId, chargeItemId, cashMethodId, staffId } = made;
  await asStaff(services, companyId, staffId, async (ctx) => {
    const standard = await createChargeStandard(ctx, {
      chargeItemId,
      name: '高层',
      method: 'unitPrice',
      quantitySource: 'builtArea',
      quantityFieldId: null,
      quantityUnit: '',
      formula: null,
      tiers: null,
      everyMonths: 1,
      alignment: 'natural',
      note: '',
      price: '2.80',
    });
    await bindStandard(ctx, {
      chargeStandardId: standard.id,
      selection: { targetKind: 'house', communityId },
      startsOn: '2000-01-01',
      endsOn: null,
      ownPrice: null,
      ownQuantity: null,
      ownAmount: null,
      note: '',
      skipOverlapping: false,
    });
  });
  return { companyId, communityId, chargeItemId, cashMethodId, phone, password, houseCount };
}
