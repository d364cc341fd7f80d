import {
  exportChargeLedger,
  type LedgerGrouping,
  type LedgerRow,
  ledgerChoices,
  ledgerGroupings,
  ledgerSorts,
  listChargeLedger,
} from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Segmented, type TableColumnType } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { TotalsBar } from '../../resource-ui/totals-bar.tsx';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import styles from './finance.module.css';
import {
  ChoiceFilter,
  choicesOf,
  FilterRow,
  RangeFilter,
  SearchFilter,
  useFilterAddress,
  YearFilter,
} from './finance-filters.tsx';
import { ledgerTotals, sumColumns } from './ledger-sums.tsx';
import { LedgerTargetDrawer } from './ledger-target-drawer.tsx';
import { PagedTable } from './paged-table.tsx';
import { StartExportButton } from './start-export-button.tsx';

const filterKeys = ['q', 'monthFrom', 'monthTo', 'chargeItemId', 'buildingId', 'tagId', 'targetKind', 'paying'];
const payings = { owing: '有欠费', paidUp: '已缴清' } as const;

/** The ledger as groups with their sums; a house or parking space opens into its items, other groups into their houses. */
export function LedgerList() {
  const can = useCan();
  const { id: communityId } = useCommunity();
  const address = useFilterAddress(filterKeys);
  const { values, set, page, pageSize, search } = address;
  const groupBy = search.groupBy && search.groupBy in ledgerGroupings ? (search.groupBy as LedgerGrouping) : 'target';
  const sort = ledgerSorts.find((one) => one === search.sort) ?? 'label';
  const listing = { ...values, communityId, groupBy, sort };
  const query = { ...listing, page, pageSize };
  const list = useQuery({
    queryKey: ['charge-ledger', query],
    queryFn: ({ signal }) => call(listChargeLedger, { query: query as never, signal }),
    placeholderData: keepPreviousData,
  });
  const choices = useQuery({
    queryKey: ['ledger-choices', communityId],
    queryFn: ({ signal }) => call(ledgerChoices, { query: { communityId }, signal }),
    staleTime: 60_000,
  });
  const openTarget = search.id;
  const open = (row: LedgerRow) => {
    if (groupBy === 'target') set({ id: row.key });
    if (groupBy === 'item') set({ groupBy: undefined, chargeItemId: row.key });
    if (groupBy === 'community') set({ groupBy: 'building', community: row.key });
    if (groupBy === 'building' && row.key !== 'none') set({ groupBy: undefined, buildingId: row.key });
  };
  const { totals, total } = list.data ?? {};
  return (
    <div className={styles.page}>
      <FilterRow onClear={address.isFiltered ? address.clear : undefined}>
        <Segmented
          aria-label="汇总方式"
          value={groupBy}
          options={choicesOf(ledgerGroupings).map(({ id, name }) => ({ value: id, label: `按${name}` }))}
          onChange={(next) => set({ groupBy: next === 'target' ? undefined : next, sort: undefined })}
        />
        <SearchFilter hint="房号、车位号、车牌" text={values.q ?? ''} onChange={(q) => set({ q: q || undefined })} />
        <YearFilter
          unit="month"
          from={values.monthFrom}
          to={values.monthTo}
          onChange={(monthFrom, monthTo) => set({ monthFrom, monthTo })}
        />
        <RangeFilter
          label="账单月份"
          unit="month"
          from={values.monthFrom}
          to={values.monthTo}
          onChange={(monthFrom, monthTo) => set({ monthFrom, monthTo })}
        />
        <ChoiceFilter
          label="收费项目"
          value={values.chargeItemId}
          options={choices.data?.items ?? []}
          onChange={(chargeItemId) => set({ chargeItemId })}
        />
        <ChoiceFilter
          label="楼宇"
          value={values.buildingId}
          options={choices.data?.buildings ?? []}
          onChange={(buildingId) => set({ buildingId })}
        />
        <ChoiceFilter
          label="标签"
          width={112}
          value={values.tagId}
          options={choices.data?.tags ?? []}
          onChange={(tagId) => set({ tagId })}
        />
        <ChoiceFilter
          label="缴费"
          width={104}
          value={values.paying}
          options={choicesOf(payings)}
          onChange={(paying) => set({ paying })}
        />
      </FilterRow>
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <TotalsBar
        count={list.error ? null : total}
        noun={`个${ledgerGroupings[groupBy]}`}
        totals={totals ? ledgerTotals(totals) : []}
        extra={
          can('chargeLedger.export') ? (
            <StartExportButton total={total} start={() => call(exportChargeLedger, { body: listing as never })} />
          ) : null
        }
      />
      <PagedTable<LedgerRow>
        label="收费台账"
        rowKey={(row) => `${row.communityName}-${row.key}`}
        columns={ledgerColumns(groupBy, sort, communityId === undefined)}
        rows={list.data?.rows}
        total={total ?? 0}
        page={page}
        pageSize={pageSize}
        isLoading={list.isFetching}
        empty={
          <Empty description={address.isFiltered ? '没有符合条件的账单，请放宽筛选' : '还没有账单。先到“账单”生成'} />
        }
        onPage={address.setPage}
        onSort={(next) => set({ sort: next === '-label' ? 'label' : next })}
        onOpen={open}
      />
      <LedgerTargetDrawer
        targetId={openTarget}
        filter={{ chargeItemId: values.chargeItemId, monthFrom: values.monthFrom, monthTo: values.monthTo }}
        onClose={() => set({ id: undefined, page: search.page })}
      />
    </div>
  );
}

function ledgerColumns(groupBy: LedgerGrouping, sort: string, hasCommunity: boolean): TableColumnType<LedgerRow>[] {
  const order = (key: string) => (sort === key ? 'ascend' : sort === `-${key}` ? 'descend' : null);
  return [
    {
      title: ledgerGroupings[groupBy],
      width: 150,
      fixed: 'start',
      ellipsis: true,
      render: (_, row) => (
        <Button type="link" size="small" style={{ padding: 0 }} disabled={row.key === 'none'}>
          {row.label}
        </Button>
      ),
    },
    ...(hasCommunity && (groupBy === 'target' || groupBy === 'building')
      ? [{ title: '小区', width: 96, ellipsis: true, render: (_: unknown, row: LedgerRow) => row.communityName }]
      : []),
    ...sumColumns(order),
  ];
}
