import type { FilterValue } from './list-address.ts';

/** Both ends included; an absent end is open. */
export interface Range {
  from?: string;
  to?: string;
}

export interface RangeFilterProps {
  label: string;
  value: FilterValue | undefined;
  onChange: (value: FilterValue | undefined) => void;
}

export function rangeOf(value: FilterValue | undefined): Range {
  return typeof value === 'object' && !Array.isArray(value) && !('contains' in value) ? (value as Range) : {};
}

/** `undefined` for a range without ends, which filters nothing. */
export function withoutBlank({ from, to }: { from?: string | undefined; to?: string | undefined }): Range | undefined {
  if (!from && !to) return undefined;
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}
