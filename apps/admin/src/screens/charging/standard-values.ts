import type { alignments, quantitySources, standardMethods, TierRuleInput } from '@anlin/contract';

/** What the form of a charge standard holds. */
export interface StandardValues {
  chargeItemId: string;
  name: string;
  method: keyof typeof standardMethods;
  quantitySource: keyof typeof quantitySources;
  quantityFieldId?: string | null;
  quantityUnit?: string;
  formula?: string | null;
  tiers?: TierRuleInput | null;
  everyMonths: 1 | 2 | 3 | 6 | 12;
  alignment: keyof typeof alignments;
  price?: string;
  note: string;
  /** Changed formula or tiers hold from this day on. */
  ruleFrom?: { format(pattern: string): string } | null;
}

/** The same as it goes over the wire: without what the method does not use. */
export type StandardBody = Required<Omit<StandardValues, 'price' | 'ruleFrom'>> & { price: string | null };

/** Methods that multiply a quantity. */
export const countsQuantity = (method: StandardValues['method'] | undefined) =>
  method === 'unitPrice' || method === 'tiers';

/** Methods with prices by date. */
export const hasPrice = (method: StandardValues['method'] | undefined) => method !== 'perTarget' && method !== 'tiers';

export function bodyOf(values: StandardValues): StandardBody {
  const { method } = values;
  const quantitySource = countsQuantity(method) ? values.quantitySource : 'one';
  const price = values.price?.trim() ?? '';
  return {
    chargeItemId: values.chargeItemId,
    name: values.name,
    method,
    quantitySource,
    quantityFieldId: quantitySource === 'custom' ? (values.quantityFieldId ?? null) : null,
    quantityUnit: values.quantityUnit ?? '',
    formula: method === 'formula' ? (values.formula ?? '') : null,
    tiers: method === 'tiers' ? tidyTiers(values.tiers ?? null) : null,
    everyMonths: values.everyMonths,
    alignment: values.alignment,
    price: hasPrice(method) && price !== '' ? price : null,
    note: values.note ?? '',
  };
}

/** Whether two tables of tiers charge the same. */
export function isSameTiers(one: TierRuleInput | null | undefined, other: TierRuleInput | null | undefined): boolean {
  const textOf = (rule: TierRuleInput | null | undefined) => {
    const tidy = tidyTiers(rule ?? null);
    if (tidy === null) return '';
    return JSON.stringify([tidy.span, tidy.freeHeads, tidy.tiers.map((tier) => [tier.upTo, tier.perHead, tier.price])]);
  };
  return textOf(one) === textOf(other);
}

// An empty growth is none; the last tier has no end and does not grow.
function tidyTiers(rule: TierRuleInput | null): TierRuleInput | null {
  if (rule === null) return null;
  const last = rule.tiers.length - 1;
  return {
    ...rule,
    tiers: rule.tiers.map((tier, index) => ({
      upTo: index === last ? null : tier.upTo,
      perHead: index === last || tier.perHead === '' ? '0' : tier.perHead,
      price: tier.price,
    })),
  };
}
