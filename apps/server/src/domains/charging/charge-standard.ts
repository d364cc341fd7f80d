import {
  type addStandardPrice,
  chargingFail,
  type createChargeStandard as createEndpoint,
  type EndpointRequest,
  formatPrice,
  platformFail,
  standardMethods,
  type updateChargeStandard as updateEndpoint,
} from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { type Sql, sql } from '../../platform/database/sql.ts';
import { checkShape, hasPrices, type StandardShape } from './check-standard.ts';
import { checkRuleDate, checkSameNames, forgetDates, keepFormerRule, lastDatedRule, ruleWord } from './former-rules.ts';
import { jsonOf, type StandardRow } from './standard-row.ts';

const label = '收费标准';

/** Makes a standard, with its first price where it has one, which holds from the beginning. Throws `reference.notFound`, `resource.duplicate`. */
export async function createChargeStandard(
  ctx: Context,
  input: EndpointRequest<typeof createEndpoint>['body'],
): Promise<{ id: string }> {
  await checkItem(ctx, input.chargeItemId);
  const shape = await checkShape(ctx, input);
  checkFirstPrice(input, shape.usesPrice);
  const id = ctx.newId();
  await refuseDuplicate(ctx, id, input.chargeItemId, input.name);
  await ctx.tx.run(sql`insert into charge_standard
      (company_id, id, charge_item_id, name, method, quantity_source, quantity_field_id, quantity_unit, formula, formula_names, tiers,
        every_months, alignment, note, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${input.chargeItemId}, ${input.name}, ${shape.method}, ${shape.quantitySource},
      ${shape.quantityFieldId}, ${shape.quantityUnit}, ${shape.formula}, ${JSON.stringify(shape.formulaNames)}::jsonb, ${jsonOf(shape.tiers)}::jsonb,
      ${input.everyMonths}, ${input.alignment}, ${input.note}, ${nowText(ctx)}, ${nowText(ctx)})`);
  if (input.price !== null) {
    await ctx.tx.run(sql`insert into charge_standard_price (company_id, id, charge_standard_id, starts_on, price, created_at)
      values (${ctx.companyId}, ${ctx.newId()}, ${id}, null, ${input.price}, ${nowText(ctx)})`);
  }
  await audit(ctx, 'create', id, input.name, undefined, input);
  return { id };
}

/**
 * Changes a standard. Once it has bills, only name, note, formula and tiers may change; the bills that stand keep what
 * they were computed by, and tell the version of the rule. Formula or tiers changed from a day on (`ruleFrom`) leave the days before
 * to the former ones, also in bills still to be raised; how many bills for days from then on stay as they are is told.
 */
export async function updateChargeStandard(
  ctx: Context,
  id: string,
  { version, ruleFrom, ...changes }: EndpointRequest<typeof updateEndpoint>['body'],
): Promise<{ keptBillCount: number }> {
  const before = await lockStandard(ctx, id);
  if (before.version !== version) throw platformFail('resource.changed', { label });
  const after = {
    chargeItemId: changes.chargeItemId ?? before.charge_item_id,
    name: changes.name ?? before.name,
    method: changes.method ?? before.method,
    quantitySource: changes.quantitySource ?? before.quantity_source,
    quantityFieldId: changes.quantityFieldId === undefined ? before.quantity_field_id : changes.quantityFieldId,
    quantityUnit: changes.quantityUnit ?? before.quantity_unit,
    formula: changes.formula === undefined ? before.formula : changes.formula,
    tiers: changes.tiers === undefined ? before.tiers : changes.tiers,
    everyMonths: changes.everyMonths ?? before.every_months,
    alignment: changes.alignment ?? before.alignment,
    note: changes.note ?? before.note,
  };
  const shape = await checkShape(ctx, after, before.formula_names);
  if (after.chargeItemId !== before.charge_item_id) await checkItem(ctx, after.chargeItemId);
  if (isPricedDifferently(before, after)) await refuseChangeOfUsed(ctx, before, after.chargeItemId);
  if (hasPrices(after.method) !== hasPrices(before.method)) await refuseWithoutPrices(ctx, before, after.method);
  const isNewRule = shape.formula !== before.formula || jsonOf(shape.tiers) !== jsonOf(before.tiers);
  if (after.method !== before.method) await forgetDates(ctx, id);
  if (ruleFrom !== null) await checkRuleDate(ctx, before, { method: after.method, isNewRule, ruleFrom });
  if (isNewRule) await keepFormerRule(ctx, before, ruleFrom);
  if (shape.formula !== null) await checkSameNames(ctx, before, shape.formulaNames);
  await refuseDuplicate(ctx, id, after.chargeItemId, after.name);
  await ctx.tx.run(sql`update charge_standard set charge_item_id = ${after.chargeItemId}, name = ${after.name}, method = ${shape.method},
      quantity_source = ${shape.quantitySource}, quantity_field_id = ${shape.quantityFieldId}, quantity_unit = ${shape.quantityUnit},
      formula = ${shape.formula}, formula_names = ${JSON.stringify(shape.formulaNames)}::jsonb, tiers = ${jsonOf(shape.tiers)}::jsonb,
      rule_version = rule_version + ${isNewRule ? 1 : 0}, every_months = ${after.everyMonths}, alignment = ${after.alignment}, note = ${after.note},
      version = version + 1, updated_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'update', id, after.name, before, ruleFrom === null ? after : { ...after, ruleFrom });
  return { keptBillCount: ruleFrom === null ? 0 : await countBillsFrom(ctx, id, ruleFrom, null) };
}

function isPricedDifferently(
  before: StandardRow,
  after: Pick<StandardShape, 'method' | 'quantitySource' | 'quantityFieldId'> & {
    chargeItemId: string;
    everyMonths: number;
    alignment: string;
  },
): boolean {
  return (
    before.charge_item_id !== after.chargeItemId ||
    before.method !== after.method ||
    before.quantity_source !== after.quantitySource ||
    before.quantity_field_id !== after.quantityFieldId ||
    before.every_months !== after.everyMonths ||
    before.alignment !== after.alignment
  );
}

// Bindings carry the item, so a bound standard cannot move to another item either.
async function refuseChangeOfUsed(ctx: Context, standard: StandardRow, itemId: string): Promise<void> {
  const isMoved = itemId !== standard.charge_item_id;
  const used = await ctx.tx.first<{ used: boolean }>(sql`select
      exists (select 1 from standard_binding b join bill x on x.company_id = b.company_id and x.standard_binding_id = b.id
        where b.company_id = ${ctx.companyId} and b.charge_standard_id = ${standard.id})
      or exists (select 1 from bill x where x.company_id = ${ctx.companyId} and x.charge_standard_id = ${standard.id} and x.standard_binding_id is null)
      or (${isMoved}::boolean and exists (select 1 from standard_binding b where b.company_id = ${ctx.companyId} and b.charge_standard_id = ${standard.id})) used`);
  if (used?.used) throw chargingFail('chargeStandard.raised', { name: standard.name });
}

/**
 * Takes back the last change of formula or tiers from a day on, as long as no bill was raised for days from then on: the former
 * ones hold again. Errors: chargeStandard.noDatedRule, .ruleRaised (409).
 */
export async function takeBackRule(ctx: Context, id: string): Promise<void> {
  const standard = await lockStandard(ctx, id);
  const former = await lastDatedRule(ctx, id);
  if (!former) throw chargingFail('chargeStandard.noDatedRule');
  const count = await countBillsFrom(ctx, id, former.until, null);
  const what = ruleWord(standard);
  if (count > 0) throw chargingFail('chargeStandard.ruleRaised', { day: former.until, count, what });
  await keepFormerRule(ctx, standard, null);
  await ctx.tx.run(sql`update charge_standard_rule set holds_until = null
    where company_id = ${ctx.companyId} and charge_standard_id = ${id} and rule_version = ${former.version}`);
  await ctx.tx.run(sql`update charge_standard set formula = ${former.formula}, formula_names = ${JSON.stringify(former.names)}::jsonb,
      tiers = ${jsonOf(former.tiers)}::jsonb, rule_version = rule_version + 1, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
  const { formula, tiers } = standard;
  const after = { formula: former.formula, tiers: former.tiers };
  await audit(ctx, 'takeBackRule', id, standard.name, { formula, tiers, from: former.until }, after);
}

/** Deletes a standard nobody is bound to. */
export async function deleteChargeStandard(ctx: Context, id: string): Promise<void> {
  const standard = await lockStandard(ctx, id);
  const row = await ctx.tx.first<{ count: number }>(
    sql`select (select count(*) from standard_binding where company_id = ${ctx.companyId} and charge_standard_id = ${id})::int
      + (select count(*) from meter where company_id = ${ctx.companyId} and charge_standard_id = ${id})::int
      + (select count(*) from bill where company_id = ${ctx.companyId} and charge_standard_id = ${id} and standard_binding_id is null)::int count`,
  );
  if (row!.count > 0) throw chargingFail('chargeStandard.bound', { name: standard.name, count: row!.count });
  await ctx.tx.run(sql`delete from charge_standard where company_id = ${ctx.companyId} and id = ${id}`);
  await audit(ctx, 'delete', id, standard.name, standard, undefined);
}

/**
 * A new price from a day on. Bills already raised keep the old price, also for days after the start: how many is told.
 */
export async function addPrice(
  ctx: Context,
  standardId: string,
  input: EndpointRequest<typeof addStandardPrice>['body'],
): Promise<{ id: string; keptBillCount: number }> {
  const standard = await lockStandard(ctx, standardId);
  if (!hasPrices(standard.method))
    throw chargingFail('chargeStandard.priceUnused', { method: standardMethods[standard.method] });
  const taken = await ctx.tx.first<{ price: string }>(sql`select price::text from charge_standard_price
    where company_id = ${ctx.companyId} and charge_standard_id = ${standardId} and starts_on = ${input.startsOn}`);
  if (taken) {
    const params = { day: input.startsOn, price: formatPrice(taken.price) };
    throw chargingFail('chargeStandard.priceDateTaken', params, [{ path: 'startsOn', message: '这一天已有价格' }]);
  }
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into charge_standard_price (company_id, id, charge_standard_id, starts_on, price, created_at)
    values (${ctx.companyId}, ${id}, ${standardId}, ${input.startsOn}, ${input.price}, ${nowText(ctx)})`);
  await audit(ctx, 'addPrice', standardId, standard.name, undefined, input);
  return { id, keptBillCount: await countBillsFrom(ctx, standardId, input.startsOn, null) };
}

/** Corrects a price that no bill was computed by. */
export async function changePrice(ctx: Context, standardId: string, priceId: string, price: string): Promise<void> {
  const standard = await lockStandard(ctx, standardId);
  const before = await findUnusedPrice(ctx, standardId, priceId);
  await ctx.tx.run(
    sql`update charge_standard_price set price = ${price} where company_id = ${ctx.companyId} and id = ${priceId}`,
  );
  await audit(ctx, 'changePrice', standardId, standard.name, before, { startsOn: before.startsOn, price });
}

/** Takes back a price that no bill was computed by. The earliest stays. */
export async function deletePrice(ctx: Context, standardId: string, priceId: string): Promise<void> {
  const standard = await lockStandard(ctx, standardId);
  const before = await findUnusedPrice(ctx, standardId, priceId);
  if (before.startsOn === null) throw chargingFail('chargeStandard.firstPriceStays');
  await ctx.tx.run(sql`delete from charge_standard_price where company_id = ${ctx.companyId} and id = ${priceId}`);
  await audit(ctx, 'deletePrice', standardId, standard.name, before, undefined);
}

async function findUnusedPrice(
  ctx: Context,
  standardId: string,
  priceId: string,
): Promise<{ startsOn: string | null; price: string }> {
  const row = await ctx.tx.first<{ starts_on: string | null; price: string; ends_on: string | null }>(sql`
    select starts_on, price::text, (select min(n.starts_on) from charge_standard_price n where n.company_id = p.company_id
        and n.charge_standard_id = p.charge_standard_id and (p.starts_on is null or n.starts_on > p.starts_on)) ends_on
    from charge_standard_price p where company_id = ${ctx.companyId} and charge_standard_id = ${standardId} and id = ${priceId}`);
  if (!row) throw platformFail('resource.notFound', { label: '价格' });
  const count = await countBillsFrom(ctx, standardId, row.starts_on, row.ends_on);
  if (count > 0) throw chargingFail('chargeStandard.priceRaised', { count });
  return { startsOn: row.starts_on, price: row.price };
}

// Bills of the standard with days in [from, to); null is unbounded.
async function countBillsFrom(
  ctx: Context,
  standardId: string,
  from: string | null,
  to: string | null,
): Promise<number> {
  const row = await ctx.tx.first<{ count: number }>(sql`select count(*)::int count from (
      select x.id, x.period_from, x.period_to from standard_binding b join bill x on x.company_id = b.company_id and x.standard_binding_id = b.id
      where b.company_id = ${ctx.companyId} and b.charge_standard_id = ${standardId} and x.voided_at is null
      union all select x.id, x.period_from, x.period_to from bill x where x.company_id = ${ctx.companyId} and x.charge_standard_id = ${standardId}
        and x.standard_binding_id is null and x.voided_at is null) x
    where (${from}::date is null or x.period_to > ${from}) and (${to}::date is null or x.period_from < ${to})`);
  return row!.count;
}

/** A standard as it stands, locked against changes until the transaction ends. */
export function lockStandard(ctx: Context, id: string): Promise<StandardRow> {
  return findStandard(ctx, sql`company_id = ${ctx.companyId} and id = ${id} for update`);
}

/** A standard as it stands. */
export function readStandard(ctx: Context, id: string): Promise<StandardRow> {
  return findStandard(ctx, sql`company_id = ${ctx.companyId} and id = ${id}`);
}

async function findStandard(ctx: Context, condition: Sql): Promise<StandardRow> {
  const row =
    await ctx.tx.first<StandardRow>(sql`select id, charge_item_id, name, method, quantity_source, quantity_field_id, quantity_unit, formula,
      formula_names, tiers, rule_version, every_months, alignment, note, version
    from charge_standard where ${condition}`);
  if (!row) throw platformFail('resource.notFound', { label });
  return row;
}

async function checkItem(ctx: Context, id: string): Promise<void> {
  const row = await ctx.tx.first(sql`select 1 from charge_item where company_id = ${ctx.companyId} and id = ${id}`);
  if (!row) throw platformFail('reference.notFound', { label: '收费项目' });
}

function checkFirstPrice(
  { method, price }: { method: StandardShape['method']; price: string | null },
  usesPrice: boolean,
): void {
  if (usesPrice && price === null)
    throw chargingFail('chargeStandard.priceMissing', {}, [{ path: 'price', message: '请填写价格' }]);
  if (!hasPrices(method) && price !== null) {
    throw chargingFail('chargeStandard.priceUnused', { method: standardMethods[method] }, [
      { path: 'price', message: '请清空价格' },
    ]);
  }
}

// A method with prices needs a history to price by; one without would leave it unused.
async function refuseWithoutPrices(
  ctx: Context,
  standard: StandardRow,
  method: StandardShape['method'],
): Promise<void> {
  if (hasPrices(method)) throw chargingFail('chargeStandard.methodNeedsPrice', { method: standardMethods[method] });
  await ctx.tx.run(
    sql`delete from charge_standard_price where company_id = ${ctx.companyId} and charge_standard_id = ${standard.id}`,
  );
  await ctx.tx.run(
    sql`delete from charge_standard_place_price where company_id = ${ctx.companyId} and charge_standard_id = ${standard.id}`,
  );
}

async function refuseDuplicate(ctx: Context, id: string, itemId: string, name: string): Promise<void> {
  const row = await ctx.tx.first(sql`select 1 from charge_standard
    where company_id = ${ctx.companyId} and charge_item_id = ${itemId} and name = ${name} and id <> ${id}`);
  if (row) throw platformFail('resource.duplicate', { label, fields: `同一收费项目下的名称“${name}”` });
}

async function audit(
  ctx: Context,
  verb: string,
  id: string,
  name: string,
  before: unknown,
  after: unknown,
): Promise<void> {
  await recordAudit(ctx, {
    action: `chargeStandard.${verb}`,
    targetKind: 'chargeStandard',
    targetId: id,
    targetLabel: name,
    before,
    after,
  });
}
