import { Segmented } from 'antd';
import { useAddress } from '../../shell/address.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { LedgerList } from './ledger-list.tsx';
import { LedgerYearGrid } from './ledger-year-grid.tsx';

/** FIN-2: what was to be paid, what came and what is owed, by the month of the bill; as a list or as a year. */
export default function ChargeLedgerScreen() {
  const { search, change } = useAddress();
  const view = search.view === 'year' ? 'year' : 'list';
  const choose = (next: string) =>
    change({
      view: next === 'list' ? undefined : next,
      page: undefined,
      sort: undefined,
      paying: undefined,
      groupBy: undefined,
      monthFrom: undefined,
      monthTo: undefined,
    });
  const switcher = (
    <Segmented
      value={view}
      options={[
        { value: 'list', label: '汇总' },
        { value: 'year', label: '年度台账' },
      ]}
      onChange={choose}
    />
  );
  return (
    <PageFrame
      isFilling
      help="应收、实收、未收按账单所属月份统计，与哪天收的钱无关；按收款日统计请看“收入明细”。"
      extra={switcher}
    >
      {view === 'year' ? <LedgerYearGrid /> : <LedgerList />}
    </PageFrame>
  );
}
