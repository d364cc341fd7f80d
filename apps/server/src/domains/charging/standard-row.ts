import type { StandardShape } from './check-standard.ts';

/** A charge standard as it is kept. */
export interface StandardRow {
  id: string;
  charge_item_id: string;
  name: string;
  method: StandardShape['method'];
  quantity_source: string;
  quantity_field_id: string | null;
  quantity_unit: string;
  formula: string | null;
  formula_names: Record<string, string>;
  tiers: StandardShape['tiers'];
  rule_version: number;
  every_months: number;
  alignment: string;
  note: string;
  version: number;
}

/** Tiers as text: keys in one order, as JSON from the database has its own. */
export function jsonOf(tiers: StandardShape['tiers']): string | null {
  if (tiers === null) return null;
  const rows = tiers.tiers.map(({ upTo, perHead, price }) => ({ upTo, perHead, price }));
  return JSON.stringify({ span: tiers.span, freeHeads: tiers.freeHeads, tiers: rows });
}
