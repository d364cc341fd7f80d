import { chargingFail } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { StandardShape } from './check-standard.ts';
import { readsMeter } from './formula-facts.ts';
import { jsonOf, type StandardRow } from './standard-row.ts';

/** What a standard prices by, with the days on which it held; null: without end on that side. */
export interface RuleSpan {
  version: number;
  formula: string | null;
  tiers: StandardShape['tiers'];
  from: string | null;
  until: string | null;
}

/** Methods whose rule may change on a day, as a price may; in the words of the form. */
const datedMethods: Readonly<Record<string, string>> = { formula: '公式', tiers: '阶梯' };

/** The formulas or tiers of a standard by the days on which they hold, the newest last; empty where the method is neither. */
export async function listRuleSpans(ctx: Context, standard: StandardRow): Promise<RuleSpan[]> {
  if (!Object.hasOwn(datedMethods, standard.method)) return [];
  const rows = await readDated(ctx, standard.id);
  const spans: RuleSpan[] = [];
  for (const { version, formula, tiers, until } of rows)
    spans.push({ version, formula, tiers, from: spans.at(-1)?.until ?? null, until });
  const { formula, tiers } = standard;
  const from = spans.at(-1)?.until ?? null;
  return [...spans, { version: standard.rule_version, formula, tiers, from, until: null }];
}

/** A formula, or tiers, that held until a day. */
export interface DatedRule {
  version: number;
  formula: string | null;
  tiers: StandardShape['tiers'];
  until: string;
  names: Record<string, string>;
}

function readDated(ctx: Context, standardId: string): Promise<DatedRule[]> {
  return ctx.tx.rows<DatedRule>(sql`select rule_version "version", formula, tiers, holds_until "until", formula_names names
    from charge_standard_rule where company_id = ${ctx.companyId} and charge_standard_id = ${standardId} and holds_until is not null
    order by holds_until`);
}

/** What held last before the present formula or tiers, if these began on a day. */
export async function lastDatedRule(ctx: Context, standardId: string): Promise<DatedRule | undefined> {
  return (await readDated(ctx, standardId)).at(-1);
}

/**
 * Whether formula or tiers may change on a day. Errors: chargeStandard.ruleDateUnused where neither changes, .ruleDateTooEarly
 * when another change lies on or after that day.
 */
export async function checkRuleDate(
  ctx: Context,
  before: StandardRow,
  { method, isNewRule, ruleFrom }: { method: string; isNewRule: boolean; ruleFrom: string },
): Promise<void> {
  const place = (message: string) => [{ path: 'ruleFrom', message }];
  const what = datedMethods[method];
  if (what === undefined || before.method !== method || !isNewRule)
    throw chargingFail('chargeStandard.ruleDateUnused', {}, place('请清空日期'));
  const last = await lastDatedRule(ctx, before.id);
  if (last && ruleFrom <= last.until)
    throw chargingFail('chargeStandard.ruleDateTooEarly', { day: last.until, what }, place(`应晚于 ${last.until}`));
}

/** `公式` or `阶梯`, of a standard that has either. */
export function ruleWord({ method }: Pick<StandardRow, 'method'>): string {
  return datedMethods[method] ?? '';
}

/** What bills up to now were priced by stays readable; where it held until a day, days before are priced by it still. */
export async function keepFormerRule(ctx: Context, standard: StandardRow, holdsUntil: string | null): Promise<void> {
  await ctx.tx.run(sql`insert into charge_standard_rule
      (company_id, id, charge_standard_id, rule_version, method, quantity_source, formula, formula_names, tiers, holds_until, replaced_at)
    values (${ctx.companyId}, ${ctx.newId()}, ${standard.id}, ${standard.rule_version}, ${standard.method}, ${standard.quantity_source},
      ${standard.formula}, ${JSON.stringify(standard.formula_names)}::jsonb, ${jsonOf(standard.tiers)}::jsonb, ${holdsUntil}, ${nowText(ctx)})`);
}

/** A standard that is priced by another method now (nothing was raised by it) has no rule that held until a day. */
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
