import type { ResourceDefinition } from '@anlin/contract';
import type { ReactNode } from 'react';
import { MoneyText } from './money-text.tsx';
import { groupThousands } from './text-of.ts';

interface Total {
  label: string;
  value: ReactNode;
  unit: string | undefined;
}

/** Quantities are kept with more decimals than people read: `1680.000000` is 1680. Areas keep their two. */
const tidySum = (sum: string, scale: number) => (scale > 2 ? sum.replace(/\.?0+$/, '') : sum);

/** Totalled fields of a definition with their sums over everything that matches, ready for the totals bar. */
export function totalsOf(
  { fields }: Pick<ResourceDefinition, 'fields'>,
  totals: Readonly<Record<string, string>> | undefined,
): Total[] {
  if (!totals) return [];
  return Object.entries(fields).flatMap(([key, field]): Total[] => {
    const sum = totals[key];
    if (sum === undefined) return [];
    // A column that is not shown and adds up to nothing only takes the room of those that matter.
    if (field.isListed !== true && Number(sum) === 0) return [];
    if (field.kind === 'money') return [{ label: `${field.label}合计`, value: <MoneyText yuan={sum} />, unit: '元' }];
    if (field.kind !== 'decimal') return [];
    return [{ label: `${field.label}合计`, value: groupThousands(tidySum(sum, field.scale)), unit: field.unit }];
  });
}
