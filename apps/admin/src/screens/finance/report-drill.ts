import type { ReportFilter, ReportListing, ReportRow } from '@anlin/contract';

/** Which figure's rows are shown: a column, and what narrows it to its row. Lives in the address. */
export interface Drill {
  column: string;
  label: string;
  filter: ReportFilter;
}

export function readDrill(text: string | undefined): Drill | undefined {
  if (text === undefined) return undefined;
  try {
    const drill = JSON.parse(text) as Partial<Drill>;
    return typeof drill.column === 'string' && typeof drill.label === 'string' && typeof drill.filter === 'object'
      ? { column: drill.column, label: drill.label, filter: drill.filter }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The filter of a report narrowed to one of its rows; both bounds stay within the days shown. */
export function narrowToRow(
  listing: ReportListing,
  dimensions: readonly string[],
  row: Pick<ReportRow, 'keys' | 'communityId'>,
): ReportFilter {
  const { groupBy: _, sort: __, ...filter } = listing;
  const narrowed: ReportFilter = { ...filter, ...(row.communityId ? { communityId: row.communityId } : {}) };
  for (const [index, dimension] of dimensions.entries()) {
    const key = row.keys[index] ?? 'none';
    if (dimension === 'month') Object.assign(narrowed, withinDays(filter, `${key}-01`, lastDayOf(key)));
    if (dimension === 'day') Object.assign(narrowed, { from: key, to: key });
    const name = keyNames[dimension];
    if (name && !(name === 'targetId' && key === 'none')) Object.assign(narrowed, { [name]: key });
  }
  return narrowed;
}

const keyNames: Readonly<Record<string, keyof ReportFilter>> = {
  building: 'buildingId',
  target: 'targetId',
  item: 'chargeItemId',
  method: 'paymentMethodId',
  staff: 'staffId',
  kind: 'kind',
};

function withinDays({ from, to }: ReportFilter, first: string, last: string) {
  return { from: from && from > first ? from : first, to: to && to < last ? to : last };
}

function lastDayOf(month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  // Day 0 of the next month; UTC, so that no zone moves it.
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return `${month}-${String(last).padStart(2, '0')}`;
}
