import { type ResourceRow, readingBillStates, readingOutcomes } from '@anlin/contract';
import { Tag, Tooltip } from 'antd';
import type { ReactNode } from 'react';

/** `687.000` → `687`: a figure without the zeros of storage. */
export function tidyNumber(value: unknown): ReactNode {
  if (typeof value !== 'string') return <span className="muted">—</span>;
  return <span className="figures">{value.includes('.') ? value.replace(/\.?0+$/, '') : value}</span>;
}

const outcomeColors: Record<string, string> = {
  leap: 'red',
  zero: 'orange',
  gap: 'gold',
  rolledOver: 'blue',
  replaced: 'blue',
};

/** What the check found, with the reason it was confirmed by. */
export function outcomeTag(row: ResourceRow): ReactNode {
  const outcome = row.outcome as keyof typeof readingOutcomes;
  if (outcome === 'normal') return <span className="muted">{readingOutcomes.normal}</span>;
  const tag = <Tag color={outcomeColors[outcome] ?? 'default'}>{readingOutcomes[outcome]}</Tag>;
  return row.confirmation ? <Tooltip title={String(row.confirmation)}>{tag}</Tooltip> : tag;
}

const billColors: Record<string, string> = { none: 'default', due: 'orange', partlyPaid: 'blue', paid: 'green' };

export function billTag(row: ResourceRow): ReactNode {
  const state = row.billState as keyof typeof readingBillStates;
  return <Tag color={billColors[state] ?? 'default'}>{readingBillStates[state]}</Tag>;
}
