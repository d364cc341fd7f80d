import {
  chargeTargetKinds,
  chargingFail,
  formulaProblemText,
  placedFormulaProblem,
  platformFail,
  standardMethods,
  type TierRuleInput,
  tierProblemText,
} from '@anlin/contract';
import { compileFormula, type FormulaError } from '@anlin/formula';
import { checkTiers, priceName } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readFormulaNames } from './formula-facts.ts';

/** What a standard prices by, without its prices. */
export interface StandardShape {
  method: keyof typeof standardMethods;
  quantitySource: string;
  quantityFieldId: string | null;
  quantityUnit: string;
  formula: string | null;
  tiers: TierRuleInput | null;
}

/** Whether a method has prices by date; amounts of bindings and tiers have none. */
export function hasPrices(method: StandardShape['method']): boolean {
  return method !== 'perTarget' && method !== 'tiers';
}

/**
 * A standard as it is kept: checked, without what its method does not use. Errors, each with the place in the form:
 * chargeStandard.fixedHasNoQuantity, .formulaMissing, .badFormula, .tiersMissing, .badTiers, .quantityField… (422).
 */
export async function checkShape(
  ctx: Context,
  shape: StandardShape,
  knownNames: Readonly<Record<string, string>> = {},
): Promise<StandardShape & { formulaNames: Record<string, string>; usesPrice: boolean }> {
  const { method } = shape;
  if (method !== 'unitPrice' && method !== 'tiers' && shape.quantitySource !== 'one') {
    throw chargingFail('chargeStandard.fixedHasNoQuantity', { method: standardMethods[method] }, [
      { path: 'quantitySource', message: '请选“1（按户或个）”' },
    ]);
  }
  const isCustom = shape.quantitySource === 'custom';
  // A field that is named is looked up, used or not.
  const field = isCustom || shape.quantityFieldId !== null ? await checkQuantityField(ctx, shape) : null;
  const quantityFieldId = isCustom ? field : null;
  const hasUnit = isCustom || shape.quantitySource === 'meterUsage';
  const formula = method === 'formula' ? (shape.formula ?? '').trim() : null;
  const read = formula === null ? null : await checkFormula(ctx, formula, knownNames);
  if (method === 'tiers') checkTierRule(shape.tiers);
  return {
    method,
    quantitySource: shape.quantitySource,
    quantityFieldId,
    quantityUnit: hasUnit ? shape.quantityUnit : '',
    formula,
    tiers: method === 'tiers' ? shape.tiers : null,
    formulaNames: read?.names ?? {},
    usesPrice: read === null ? hasPrices(method) : read.usesPrice,
  };
}

async function checkQuantityField(ctx: Context, { quantityFieldId }: StandardShape): Promise<string> {
  if (quantityFieldId === null)
    throw chargingFail('chargeStandard.quantityFieldMissing', {}, [
      { path: 'quantityFieldId', message: '请选择自定义字段' },
    ]);
  const field = await ctx.tx.first<{ kind: string; resource: string; label: string }>(
    sql`select kind, resource, label from custom_field where company_id = ${ctx.companyId} and id = ${quantityFieldId}`,
  );
  if (!field) throw platformFail('reference.notFound', { label: '自定义字段' });
  const isUsable = field.kind === 'decimal' && Object.hasOwn(chargeTargetKinds, field.resource);
  if (!isUsable) throw chargingFail('chargeStandard.quantityFieldNotNumeric', { field: field.label });
  return quantityFieldId;
}

interface ReadFormula {
  /** What each name stands for; the price is none of them. */
  names: Record<string, string>;
  usesPrice: boolean;
}

/** What is wrong with a formula, or what its names stand for. Bounded in time whatever the text. */
async function readFormula(
  ctx: Context,
  formula: string,
  knownNames: Readonly<Record<string, string>> = {},
): Promise<{ error: FormulaError } | ReadFormula> {
  const offered = await readFormulaNames(ctx);
  // Names of fields that were renamed since keep what they stood for; present names go before them.
  const keys = new Map([
    ...Object.entries(knownNames),
    ...offered.map(({ name, key }): [string, string] => [name, key]),
  ]);
  const compiled = compileFormula(formula, keys.keys());
  if (!compiled.ok) return { error: compiled.errors[0]! };
  // Of numbers alone it gives the same for every target: where that is a failure, it never gives a bill.
  const result = compiled.names.length === 0 ? compiled.run({}, { withSteps: false }) : null;
  if (result?.ok === false) return { error: result.failure };
  const used = compiled.names.filter((name) => name !== priceName);
  return {
    names: Object.fromEntries(used.map((name) => [name, keys.get(name)!])),
    usesPrice: compiled.names.includes(priceName),
  };
}

async function checkFormula(
  ctx: Context,
  formula: string,
  knownNames: Readonly<Record<string, string>>,
): Promise<ReadFormula> {
  if (formula === '')
    throw chargingFail('chargeStandard.formulaMissing', {}, [{ path: 'formula', message: '请填写公式' }]);
  const read = await readFormula(ctx, formula, knownNames);
  if ('names' in read) return read;
  const problem = placedFormulaProblem(read.error);
  const message = formulaProblemText(read.error.code, read.error.params);
  throw chargingFail('chargeStandard.badFormula', { problem }, [{ path: 'formula', message }]);
}

function checkTierRule(tiers: TierRuleInput | null): void {
  if (tiers === null) throw chargingFail('chargeStandard.tiersMissing', {}, [{ path: 'tiers', message: '请填写阶梯' }]);
  const errors = checkTiers(tiers);
  if (errors.length === 0) return;
  const places = errors.map(({ params }) => ({
    path: params.row === '0' ? 'tiers' : `tiers.tiers.${Number(params.row) - 1}.${params.column}`,
    message: tierProblemText(params),
  }));
  throw chargingFail('chargeStandard.badTiers', { problem: places[0]!.message }, places);
}
