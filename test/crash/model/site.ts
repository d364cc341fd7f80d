import { createAgreement } from '../../../apps/server/src/domains/banking/edit-agreement.ts';
import { addShippedTemplates } from '../../../apps/server/src/domains/banking/index.ts';
import { addDefaultPaymentMethods } from '../../../apps/server/src/domains/cashier/payment-method.ts';
import { billWaiving } from '../../../apps/server/src/domains/cashier/waive-bills.ts';
import { addBuilding, addItem, addManyHouses } from '../../../apps/server/src/domains/charging/charging.fixture.ts';
import { bindStandard, createChargeStandard } from '../../../apps/server/src/domains/charging/index.ts';
import { createApprovalFlow } from '../../../apps/server/src/platform/approvals/edit-approval-flow.ts';
import { asStaff, asSystem } from '../../../apps/server/src/platform/boundary.ts';
import { createCompany, createStaff } from '../../../apps/server/src/platform/company/create-company.ts';
import { type Context, nowText } from '../../../apps/server/src/platform/context.ts';
import { sql } from '../../../apps/server/src/platform/database/sql.ts';
import { inTransaction } from '../../../apps/server/src/platform/database/transaction.ts';
import type { Services } from '../../../apps/server/src/platform/services.ts';
import { waiverLimitFen } from './bill-rules.ts';
import type { LateFeeTerms } from './late-fee.ts';
import { yuanOf } from './yuan.ts';

/** A company with its items, methods and one person who may do everything. */
export interface Company {
  id: string;
  staffId: string;
  phone: string;
  password: string;
  itemIds: { fee: string; oneOff: string; deposit: string };
  /** By item; what it charges for being late. */
  lateFees: ReadonlyMap<string, LateFeeTerms>;
  /** Prepaid that is sold with something on top. */
  packages: { id: string; itemId: string | null; fen: bigint; bonusFen: bigint }[];
  methodIds: { cash: string; wechat: string; prepaid: string; deposit: string; withholding: string };
  bankTemplateId: string;
  /** Who decides about what has to be asked for. */
  decider: { phone: string; password: string };
}

/** A community of its own for one seed: houses bound to a standard by area. */
export interface Site {
  communityId: string;
  standardId: string;
  houses: { id: string; area: bigint; occupancyId: string }[];
  /** Those whose owners let a bank take what they owe. */
  agreedHouseIds: string[];
}

/** The fee's is slow and after a while; that of one-off charges is quick and capped. */
const lateFeeTerms = {
  fee: { daily: 50n, graceDays: 15, capPercent: null },
  oneOff: { daily: 300n, graceDays: 0, capPercent: 12n },
} as const;
const packages = [
  { isGeneral: true, fen: 9_600n, bonusFen: 400n },
  { isGeneral: false, fen: 20_000n, bonusFen: 3_001n },
];

export const firstPriceFen = 280n;
const boundFrom = '2025-01-01';

export async function makeCompany(services: Services): Promise<Company> {
  const [phone, password] = ['13500000002', 'model-2026'];
  const id = await inTransaction(services.pool, (tx) =>
    createCompany({ tx, newId: services.newId, clock: services.clock }, { name: '安居物业' }),
  );
  return asSystem(services, id, async (ctx) => {
    await addDefaultPaymentMethods(ctx);
    const methods = await ctx.tx.rows<{ id: string; key: string }>(
      sql`select id, key from payment_method where company_id = ${id}`,
    );
    const method = (key: string) => methods.find((one) => one.key === key)!.id;
    const kindOf = async (name: string, kind: string) => {
      const itemId = await addItem(ctx, { name });
      await ctx.tx.run(sql`update charge_item set kind = ${kind} where company_id = ${id} and id = ${itemId}`);
      return itemId;
    };
    const staffId = await createStaff(ctx, {
      name: '管理员',
      phone,
      password,
      position: '',
      groups: ['管理员'],
      communityIds: '*',
    });
    const decider = { phone: '13500000003', password };
    const deciderId = await createStaff(ctx, {
      ...decider,
      name: '主管',
      position: '',
      groups: ['管理员'],
      communityIds: '*',
    });
    await askForWaivers(ctx, deciderId);
    await addShippedTemplates(ctx);
    const template = await ctx.tx.first<{ id: string }>(
      sql`select id from bank_template where company_id = ${id} and layout ->> 'kind' = 'separated'`,
    );
    const itemIds = {
      fee: await addItem(ctx, { name: '物业管理费' }),
      oneOff: await kindOf('临时收费', 'oneOff'),
      deposit: await kindOf('装修押金', 'deposit'),
    };
    return {
      id,
      staffId,
      phone,
      password,
      itemIds,
      decider,
      bankTemplateId: template!.id,
      lateFees: new Map([
        [itemIds.fee, await chargeLateFee(ctx, itemIds.fee, lateFeeTerms.fee)],
        [itemIds.oneOff, await chargeLateFee(ctx, itemIds.oneOff, lateFeeTerms.oneOff)],
      ]),
      packages: await addPackages(ctx, itemIds.fee),
      methodIds: {
        cash: method('cash'),
        wechat: method('wechat'),
        prepaid: method('prepaid'),
        deposit: method('deposit'),
        withholding: method('withholding'),
      },
    };
  });
}

async function chargeLateFee(ctx: Context, itemId: string, terms: LateFeeTerms): Promise<LateFeeTerms> {
  const { daily, graceDays, capPercent } = terms;
  await ctx.tx.run(sql`update charge_item set late_fee_rate_per_day = ${daily.toString()}::numeric / 100000, late_fee_grace_days = ${graceDays},
      late_fee_cap_share = ${capPercent === null ? null : capPercent.toString()}::numeric / 100
    where company_id = ${ctx.companyId} and id = ${itemId}`);
  return terms;
}

async function addPackages(ctx: Context, feeItemId: string): Promise<Company['packages']> {
  const made: Company['packages'] = [];
  for (const { isGeneral, fen, bonusFen } of packages) {
    const [id, itemId, now] = [ctx.newId(), isGeneral ? null : feeItemId, nowText(ctx)];
    await ctx.tx.run(sql`insert into prepaid_package (company_id, id, name, price_fen, credit_fen, charge_item_id, is_enabled, created_at, updated_at)
      values (${ctx.companyId}, ${id}, ${`预存 ${fen}`}, ${fen.toString()}, ${(fen + bonusFen).toString()}, ${itemId}, true, ${now}, ${now})`);
    made.push({ id, itemId, fen, bonusFen });
  }
  return made;
}

/** From some sum on a waiver waits for a yes. */
async function askForWaivers(ctx: Context, staffId: string): Promise<void> {
  const levels = [{ mode: 'any' as const, approvers: [{ kind: 'person' as const, id: staffId }] }];
  const flow = { name: '大额减免', action: 'bill.waive', isEnabled: true, amountTo: null, communityIds: [], levels };
  await createApprovalFlow(ctx, [billWaiving], { ...flow, amountFrom: yuanOf(waiverLimitFen) });
}

export async function makeSite(services: Services, company: Company, seed: number, houseCount: number): Promise<Site> {
  const { id: companyId } = company;
  const made = await asSystem(services, companyId, async (ctx) => {
    const communityId = ctx.newId();
    await ctx.tx.run(sql`insert into community (company_id, id, name, code, receipt_number_pattern, refund_number_pattern, created_at, updated_at)
      values (${companyId}, ${communityId}, ${`小区 ${seed}`}, ${`M${seed}`}, 'CH-{seq:6}', 'T-{seq:6}', ${nowText(ctx)}, ${nowText(ctx)})`);
    const buildingId = await addBuilding(ctx, communityId, '1栋');
    await addManyHouses(ctx, { communityId, buildingId, count: houseCount });
    const rows = await ctx.tx.rows<{ id: string; area: string }>(
      sql`select id, (built_area * 100)::bigint::text as area from house where company_id = ${companyId} and community_id = ${communityId} order by id`,
    );
    const houses = [];
    for (const { id, area } of rows)
      houses.push({ id, area: BigInt(area), occupancyId: await addOwner(ctx, communityId, id) });
    return { communityId, houses };
  });
  const standardId = await asStaff(services, companyId, company.staffId, async (ctx) => {
    const standard = await createChargeStandard(ctx, {
      chargeItemId: company.itemIds.fee,
      name: `标准 ${seed}`,
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
      selection: { targetKind: 'house', communityId: made.communityId },
      startsOn: boundFrom,
      endsOn: null,
      ownPrice: null,
      ownQuantity: null,
      ownAmount: null,
      note: '',
      skipOverlapping: false,
    });
    return standard.id;
  });
  const agreedHouseIds = made.houses.slice(0, 2).map((house) => house.id);
  await asStaff(services, companyId, company.staffId, async (ctx) => {
    const { bankTemplateId } = company;
    const terms = { bankTemplateId, accountName: '崔春涛', startsOn: '2026-01-01', lastDay: null, note: '' };
    for (const [place, houseId] of agreedHouseIds.entries())
      await createAgreement(ctx, { ...terms, houseId, accountNumber: `622202000000000000${place}` });
  });
  return { ...made, standardId, agreedHouseIds };
}

async function addOwner(ctx: Context, communityId: string, houseId: string): Promise<string> {
  const [residentId, occupancyId, now] = [ctx.newId(), ctx.newId(), nowText(ctx)];
  await ctx.tx.run(sql`insert into resident (company_id, id, name, pinyin, pinyin_initials, phone, created_at, updated_at)
    values (${ctx.companyId}, ${residentId}, '崔春涛', 'cuichuntao', 'cct', '', ${now}, ${now})`);
  await ctx.tx.run(sql`insert into occupancy (company_id, id, community_id, house_id, resident_id, role, moved_in_on, created_at, updated_at)
    values (${ctx.companyId}, ${occupancyId}, ${communityId}, ${houseId}, ${residentId}, 'owner', '2020-01-01', ${now}, ${now})`);
  return occupancyId;
}
