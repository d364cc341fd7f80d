import {
  exportChargeLedger,
  incomeChoices,
  type LedgerGrouping,
  type LedgerRow,
  type LedgerSums,
  ledgerGroupings,
  ledgerSorts,
  listChargeLedger,
} from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Segmented, Table, type TableColumnType } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { MoneyText } from '../../resource-ui/money-text.tsx';
import { groupThousands } from '../../resource-ui/text-of.ts';
import { TotalsBar } from '../../resource-ui/totals-bar.tsx';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import styles from './finance.module.css';
import { ChoiceFilter, choicesOf, FilterRow, RangeFilter, SearchFilter, useFilterAddress } from './finance-filters.tsx';
import { LedgerTargetDrawer } from './ledger-target-drawer.tsx';
import { PagedTable } from './paged-table.tsx';
import { StartExportButton } from './start-export-button.tsx';

const filterKeys = ['q', 'monthFrom', 'monthTo', 'chargeItemId', 'buildingId', 'targetKind', 'paying'];
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
    queryKey: ['income-choices', communityId],
    queryFn: ({ signal }) => call(incomeChoices, { query: { communityId }, signal }),
    staleTime: 60_000,
    enabled: can('income.view'),
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
        <SearchFilter hint="房号、车位号" text={values.q ?? ''} onChange={(q) => set({ q: q || undefined })} />
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
          label="缴费"
          width={104}
          value={values.paying}
          options={choicesOf(payings)}
          onChange={(paying) => set({ paying })}
        />
      </FilterRow>
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <TotalsBar
        count={list.error ? 0 : total}
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

export function ledgerTotals(totals: LedgerSums) {
  return [
    { label: '应收', value: groupThousands(totals.receivable) },
    ...(totals.discount === '0.00' ? [] : [{ label: '优惠', value: groupThousands(totals.discount) }]),
    ...(totals.waived === '0.00' ? [] : [{ label: '减免', value: groupThousands(totals.waived) }]),
    { label: '实收', value: groupThousands(totals.received) },
    { label: '未收', value: groupThousands(totals.outstanding) },
    { label: '收缴率', value: totals.rate === null ? '—' : `${totals.rate}%` },
    { label: '已收违约金', value: groupThousands(totals.lateFeeReceived) },
  ];
}

/** Columns of the sums, the same in the list and in the drawer of a house. */
export function sumColumns(order: (key: string) => 'ascend' | 'descend' | null): TableColumnType<LedgerRow>[] {
  const money = (
    title: string,
    key: keyof LedgerSums,
    width: number,
    isSorted = false,
  ): TableColumnType<LedgerRow> => ({
    title,
    key,
    width,
    align: 'right',
    ...(isSorted ? { sorter: true, sortOrder: order(key) } : {}),
    render: (_, row) => <MoneyText yuan={row[key] as string} />,
  });
  return [
    {
      title: '账单数',
      width: 76,
      align: 'right',
      render: (_, row) => <span className="figures">{row.billCount}</span>,
    },
    money('应收', 'receivable', 116, true),
    money('优惠', 'discount', 84),
    money('减免', 'waived', 84),
    money('实收', 'received', 116, true),
    money('未收', 'outstanding', 108, true),
    {
      title: '收缴率',
      width: 88,
      align: 'right',
      render: (_, row) => <span className="figures">{row.rate === null ? '—' : `${row.rate}%`}</span>,
    },
    money('已收违约金', 'lateFeeReceived', 100),
    { title: '最早未缴', width: 92, render: (_, row) => row.earliestUnpaid ?? <span className="muted">—</span> },
  ];
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

/** Sums as the last line of a table. */
export function SumsLine({ sums, leading }: { sums: LedgerSums; leading: number }) {
  const figures = [sums.receivable, sums.discount, sums.waived, sums.received, sums.outstanding];
  return (
    <Table.Summary.Row>
      <Table.Summary.Cell index={0} colSpan={leading}>
        <b>合计</b>
      </Table.Summary.Cell>
      <Table.Summary.Cell index={leading} align="right">
        {sums.billCount}
      </Table.Summary.Cell>
      {figures.map((yuan, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the columns are fixed.
        <Table.Summary.Cell key={index} index={leading + 1 + index} align="right">
          <MoneyText yuan={yuan} />
        </Table.Summary.Cell>
      ))}
      <Table.Summary.Cell index={leading + 6} align="right">
        {sums.rate === null ? '—' : `${sums.rate}%`}
      </Table.Summary.Cell>
      <Table.Summary.Cell index={leading + 7} align="right">
        <MoneyText yuan={sums.lateFeeReceived} />
      </Table.Summary.Cell>
      <Table.Summary.Cell index={leading + 8} />
    </Table.Summary.Row>
  );
}
