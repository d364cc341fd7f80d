import { type ReconciliationLineFilter, type ReconciliationOutcome, reconciliationOutcomes } from '@anlin/contract';
import { dayjs } from '../../resource-ui/chinese-calendar.ts';
import { useFilterAddress } from '../finance/finance-filters.tsx';

const keys = ['from', 'to', 'channelId', 'open', 'outcome', 'kind', 'q'];
/** Without a range so many days are shown, unless what is open is asked for: that is shown however old. */
const usualDays = 31;

/** What the address of 线上对账 says. */
export function useReconciliationAddress() {
  const { search, values, page, set, setPage, clear, isFiltered } = useFilterAddress(keys);
  const isOpen = values.open === 'exception';
  const hasRange = values.from !== undefined || values.to !== undefined;
  const range =
    hasRange || isOpen
      ? { from: values.from, to: values.to }
      : { from: dayjs().subtract(usualDays, 'day').format('YYYY-MM-DD'), to: undefined };
  const open = isOpen ? ('exception' as const) : undefined;
  const { channelId } = values;
  const outcome =
    values.outcome !== undefined && values.outcome in reconciliationOutcomes
      ? (values.outcome as ReconciliationOutcome)
      : undefined;
  const kind = values.kind === 'payment' || values.kind === 'refund' ? values.kind : undefined;
  const lineFilter: ReconciliationLineFilter = {
    ...range,
    channelId,
    open,
    outcome,
    kind,
    q: values.q,
  };
  return {
    tab: search.tab === 'lines' ? ('lines' as const) : ('days' as const),
    page,
    isOpen,
    isFiltered,
    dayFilter: { ...range, channelId, open },
    lineFilter,
    lineId: search.id,
    openLine: (id: string) => set({ id, page: String(page) }),
    closeLine: () => set({ id: undefined, page: String(page) }),
    set,
    setPage,
    clear,
  };
}

export type ReconciliationAddress = ReturnType<typeof useReconciliationAddress>;
