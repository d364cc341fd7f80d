import { periodCovering, toIsoPeriod } from '@anlin/calendar';
import {
  chargeTargetKinds,
  type EndpointReply,
  type EndpointRequest,
  platformFail,
  type tryChargeStandard,
} from '@anlin/contract';
import { compileFormula } from '@anlin/formula';
import { formatYuan } from '@anlin/money';
import { explain, priceName } from '@anlin/pricing';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type BindingFacts, priceBinding } from './binding-bills.ts';
import { checkShape } from './check-standard.ts';
import { outcomeText } from './outcome-text.ts';
import { readTried } from './read-bindings.ts';
import { makeReady, type ReadyStandard, readStandardRow, type StandardRow } from './standards-of-items.ts';

type Input = EndpointRequest<typeof tryChargeStandard>['body'];
type Reply = EndpointReply<typeof tryChargeStandard>;

/**
 * Prices a standard as it stands in the form for one real house, parking space or vehicle, over the whole period that covers a
 * day, by the very function that raises bills. Nothing is written. Errors: those of saving it, reference.notFound (422).
 */
export async function tryStandard(ctx: Context, input: Input): Promise<Reply> {
  const standard = await makeTried(ctx, input);
  // The whole cycle the day lies in, so that no part of it is left out of the sum.
  const startsOn = Temporal.PlainDate.from(input.day).with({ day: 1, month: 1 });
  const rule = { start: startsOn, end: null, everyMonths: standard.ready.everyMonths, alignment: 'natural' as const };
  const found = periodCovering(rule, Temporal.PlainDate.from(input.day))!;
  const period = toIsoPeriod(found.period);
  const target = { kind: input.targetKind, id: input.targetId, startsOn: period.from };
  const facts = await readTried(ctx, standard.ready, { ...target, quantity: input.quantity });
  if (!facts) throw platformFail('reference.notFound', { label: chargeTargetKinds[input.targetKind] });
  const outcome = priceBinding(standard.ready, withUsage(standard.ready, facts, input), {
    period,
    fullPeriod: toIsoPeriod(found.fullPeriod),
    dueOn: period.from,
  });
  return {
    targetLabel: facts.label,
    periodFrom: period.from,
    periodTo: period.to,
    amount: outcome.kind === 'bill' ? formatYuan(outcome.amount) : null,
    reason: outcomeText(outcome, standard.ready.quantitySource) ?? '',
    sentence: outcome.kind === 'bill' ? explain(outcome.calculation) : '',
    ...runWithSteps(standard.row, standard.ready, facts, input, period.from),
  };
}

// What a reading would bring; a plain standard takes the same figure as the binding's own quantity.
function withUsage(standard: ReadyStandard, facts: BindingFacts, { quantity, usedBefore }: Input): BindingFacts {
  const known = { ...facts, usedBefore: usedBefore ?? '0' };
  return standard.isMetered ? { ...known, quantity, ownQuantity: null } : known;
}

async function makeTried(ctx: Context, input: Input): Promise<{ row: StandardRow; ready: ReadyStandard }> {
  const kept = input.chargeStandardId === null ? null : await readStandardRow(ctx, input.chargeStandardId, input);
  if (input.chargeStandardId !== null && !kept) throw platformFail('reference.notFound', { label: '收费标准' });
  const shape = await checkShape(ctx, input, kept?.formula_names);
  const item = await ctx.tx.first<Omit<StandardRow, keyof typeof unsaved>>(sql`
    select name item_name, id item_id, due_days, raise_side, raise_unit, raise_offset, precision, rounding, proration, proration_days, tax_rate, is_tax_included,
      (select label from custom_field where company_id = ${ctx.companyId} and id = ${shape.quantityFieldId}) quantity_field
    from charge_item where company_id = ${ctx.companyId} and id = ${input.chargeItemId}`);
  if (!item) throw platformFail('reference.notFound', { label: '收费项目' });
  const first = input.price === null ? [] : [{ id: 'first', from: null, price: input.price }];
  const row: StandardRow = {
    ...unsaved,
    ...kept,
    ...item,
    method: shape.method,
    quantity_source: shape.quantitySource as StandardRow['quantity_source'],
    quantity_field_id: shape.quantityFieldId,
    quantity_unit: shape.quantityUnit,
    formula: shape.formula,
    formula_names: shape.formulaNames,
    tiers: shape.tiers,
    // What is in the form is what is tried, from whatever day it will hold.
    earlier_rules: [],
    every_months: input.everyMonths,
    prices: kept && kept.prices.length > 0 ? kept.prices : first,
  };
  return { row, ready: makeReady(row) };
}

const unsaved = {
  id: '',
  name: '',
  method: 'fixed' as StandardRow['method'],
  quantity_source: 'one' as StandardRow['quantity_source'],
  quantity_field_id: null as string | null,
  quantity_unit: '',
  formula: null as string | null,
  formula_names: {} as Record<string, string>,
  tiers: null as StandardRow['tiers'],
  rule_version: 1,
  earlier_rules: [] as StandardRow['earlier_rules'],
  every_months: 1,
  alignment: 'natural' as const,
  prices: [] as StandardRow['prices'],
  place_prices: [] as StandardRow['place_prices'],
};

// The formula once more, telling what it did: at the price in force on the first day of the period.
function runWithSteps(
  row: StandardRow,
  standard: ReadyStandard,
  facts: BindingFacts,
  input: Input,
  day: string,
): Pick<Reply, 'values' | 'steps' | 'possibleZeroDivisors'> {
  const compiled =
    row.formula === null ? null : compileFormula(row.formula, [...Object.keys(row.formula_names), priceName]);
  if (!compiled?.ok) return { values: [], steps: [], possibleZeroDivisors: [] };
  const price = row.prices.findLast((one) => (one.from ?? '') <= day)?.price ?? null;
  const values: Record<string, string | null> = { ...facts.facts, [priceName]: price };
  for (const { name, key } of standard.facts) {
    if (key === 'usage') values[name] = input.quantity;
    else if (key === 'usedBefore') values[name] = input.usedBefore ?? '0';
    else if (key === 'everyMonths') values[name] = String(input.everyMonths);
  }
  const result = compiled.run(values);
  return {
    values: compiled.names.map((name) => ({ name, value: values[name] ?? null })),
    steps: result.ok ? result.steps : [],
    possibleZeroDivisors: compiled.possibleZeroDivisors,
  };
}
