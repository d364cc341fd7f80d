import { chargingFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readsMeter } from './formula-facts.ts';
import { jsonOf, type StandardRow } from './standard-row.ts';

/** A formula of a standard, with the days on which it held; null: without end on that side. */
export interface FormulaSpan {
  version: number;
  formula: string;
  from: string | null;
  until: string | null;
}

/** The formulas of a standard by the days on which they hold, the newest last; empty where the method is none. */
export async function listFormulaSpans(ctx: Context, standard: StandardRow): Promise<FormulaSpan[]> {
  if (standard.formula === null) return [];
  const rows = await readDated(ctx, standard.id);
  const spans: FormulaSpan[] = [];
  for (const { version, formula, until } of rows)
    spans.push({ version, formula, from: spans.at(-1)?.until ?? null, until });
  const from = spans.at(-1)?.until ?? null;
  return [...spans, { version: standard.rule_version, formula: standard.formula, from, until: null }];
}

/** A formula that held until a day. */
export interface DatedRule {
  version: number;
  formula: string;
  until: string;
  names: Record<string, string>;
}

function readDated(ctx: Context, standardId: string): Promise<DatedRule[]> {
  return ctx.tx.rows<DatedRule>(sql`select rule_version "version", formula, holds_until "until", formula_names names
    from charge_standard_rule where company_id = ${ctx.companyId} and charge_standard_id = ${standardId} and holds_until is not null
    order by holds_until`);
}

/** The formula that held last before the present one, if that began on a day. */
export async function lastDatedRule(ctx: Context, standardId: string): Promise<DatedRule | undefined> {
  return (await readDated(ctx, standardId)).at(-1);
}

/**
 * Whether a formula may change on a day. Errors: chargeStandard.ruleDateUnused where no formula changes, .ruleDateTooEarly
 * when another change lies on or after that day.
 */
export async function checkRuleDate(
  ctx: Context,
  before: StandardRow,
  { method, isNewRule, ruleFrom }: { method: string; isNewRule: boolean; ruleFrom: string },
): Promise<void> {
  const place = (message: string) => [{ path: 'ruleFrom', message }];
  if (method !== 'formula' || before.method !== 'formula' || !isNewRule)
    throw chargingFail('chargeStandard.ruleDateUnused', {}, place('请清空日期'));
  const last = await lastDatedRule(ctx, before.id);
  if (last && ruleFrom <= last.until)
    throw chargingFail('chargeStandard.ruleDateTooEarly', { day: last.until }, place(`应晚于 ${last.until}`));
}

/** What bills up to now were priced by stays readable; where it held until a day, days before are priced by it still. */
export async function keepFormerRule(ctx: Context, standard: StandardRow, holdsUntil: string | null): Promise<void> {
  await ctx.tx.run(sql`insert into charge_standard_rule
      (company_id, id, charge_standard_id, rule_version, method, quantity_source, formula, formula_names, tiers, holds_until, replaced_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${standard.id}, ${standard.rule_version}, ${standard.method}, ${standard.quantity_source},
      ${standard.formula}, ${JSON.stringify(standard.formula_names)}::jsonb, ${jsonOf(standard.tiers)}::jsonb, ${holdsUntil}, ${nowText(ctx)})`);
}

/** A standard that is no longer priced by formula (nothing was raised by it) has none that held until a day. */
export async function forgetDates(ctx: Context, standardId: string): Promise<void> {
  await ctx.tx.run(sql`update charge_standard_rule set holds_until = null
    where company_id = ${ctx.companyId} and charge_standard_id = ${standardId} and holds_until is not null`);
}

/**
 * One bill may be priced by several formulas: a name must mean the same in all of them, and either all read meters or none.
 * Errors: chargeStandard.nameMeansOther, .ruleMeterMixed.
 */
export async function checkSameNames(
  ctx: Context,
  standard: StandardRow,
  names: Readonly<Record<string, string>>,
): Promise<void> {
  const factsOf = (of: Readonly<Record<string, string>>) => Object.entries(of).map(([name, key]) => ({ name, key }));
  const isMetered = readsMeter(factsOf(names));
  for (const { names: earlier, until } of await readDated(ctx, standard.id)) {
    const other = Object.keys(names).find((name) => Object.hasOwn(earlier, name) && earlier[name] !== names[name]);
    if (other !== undefined)
      throw chargingFail('chargeStandard.nameMeansOther', { name: other, day: until }, [
        { path: 'formula', message: `“${other}”在 ${until} 之前的公式里指另一个字段` },
      ]);
    if (readsMeter(factsOf(earlier)) !== isMetered) throw chargingFail('chargeStandard.ruleMeterMixed', { day: until });
  }
}
