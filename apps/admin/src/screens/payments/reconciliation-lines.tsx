import {
  channelKinds,
  listReconciliationLines,
  type ReconciliationLine,
  reconciliationLineKinds,
  reconciliationOutcomes,
} from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Table, type TableColumnsType } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, instantText, MoneyText, TotalsBar } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import styles from '../cashier/receipts.module.css';
import { ChoiceFilter, choicesOf, SearchFilter } from '../finance/finance-filters.tsx';
import { isException, OutcomeTags } from './reconciliation-words.tsx';
import type { ReconciliationAddress } from './use-reconciliation-address.ts';

const SettleDialog = lazy(() => import('./settle-dialog.tsx'));

const pageSize = 50;

/** Filters that hold for lines alone. */
export function LineFilters({ address }: { address: ReconciliationAddress }) {
  const { lineFilter, set } = address;
  return (
    <>
      <ChoiceFilter
        label="结果"
        width={116}
        value={lineFilter.outcome}
        options={choicesOf(reconciliationOutcomes)}
        onChange={(outcome) => set({ outcome, open: undefined })}
      />
      <ChoiceFilter
        label="类型"
        width={92}
        value={lineFilter.kind}
        options={choicesOf(reconciliationLineKinds)}
        onChange={(kind) => set({ kind })}
      />
      <SearchFilter hint="订单号、交易号" text={lineFilter.q ?? ''} onChange={(q) => set({ q: q || undefined })} />
    </>
  );
}

/** Every payment and refund as both sides have it; exceptions can be ticked and settled together. */
export function ReconciliationLines({ address }: { address: ReconciliationAddress }) {
  const maySettle = useCan()('reconciliation.settle');
  const [chosen, setChosen] = useState<string[]>([]);
  const [isSettling, setSettling] = useState(false);
  const query = { ...address.lineFilter, page: address.page, pageSize };
  const list = useQuery({
    queryKey: ['reconciliation', 'lines', query],
    queryFn: ({ signal }) => call(listReconciliationLines, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const totals = list.data?.totals;
  return (
    <>
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <div className={styles.list}>
        <TotalsBar
          count={list.data?.total}
          noun="笔"
          totals={
            totals
              ? [
                  { label: `到账 ${totals.matchedCount} 笔`, value: groupThousands(totals.matched), unit: '元' },
                  { label: '渠道收款', value: groupThousands(totals.arrived), unit: '元' },
                  { label: '渠道退款', value: groupThousands(totals.refunded), unit: '元' },
                  { label: '手续费', value: groupThousands(totals.fee), unit: '元' },
                  { label: '异常', value: totals.exceptionCount, unit: '笔' },
                  { label: '待处理', value: totals.openCount, unit: '笔' },
                ]
              : []
          }
          extra={
            maySettle && chosen.length > 0 ? (
              <Button type="primary" size="small" onClick={() => setSettling(true)}>
                {`核销所选 ${chosen.length} 笔`}
              </Button>
            ) : null
          }
        />
        <Table<ReconciliationLine>
          size="small"
          rowKey="id"
          aria-label="对账明细"
          sticky
          scroll={{ x: 1290 }}
          loading={list.isPending}
          dataSource={list.data?.rows ?? []}
          columns={columns(address)}
          locale={{ emptyText: <Empty description={address.isOpen ? '没有待处理的差异' : '没有符合条件的明细'} /> }}
          {...(maySettle
            ? {
                rowSelection: {
                  selectedRowKeys: chosen,
                  onChange: (keys: React.Key[]) => setChosen(keys.map(String)),
                  getCheckboxProps: (row: ReconciliationLine) => ({
                    disabled: !isException(row.outcome) || row.settledAt !== null,
                  }),
                },
              }
            : {})}
          pagination={{
            current: address.page,
            pageSize,
            total: list.data?.total ?? 0,
            showSizeChanger: false,
            hideOnSinglePage: true,
            onChange: (next) => address.setPage(next, pageSize),
          }}
        />
      </div>
      <Suspense>
        {isSettling ? (
          <SettleDialog
            ids={chosen}
            onClose={(isDone) => {
              setSettling(false);
              if (isDone) setChosen([]);
            }}
          />
        ) : null}
      </Suspense>
    </>
  );
}

const side = (amount: string | null) =>
  amount === null ? <span className="muted">—</span> : <MoneyText yuan={amount} />;

const columns = (address: ReconciliationAddress): TableColumnsType<ReconciliationLine> => [
  { title: '账单日', dataIndex: 'day', width: 100 },
  {
    title: '时间',
    width: 140,
    render: (_, row) => {
      const at = row.theirAt ?? row.ourAt;
      return at ? instantText(at) : '';
    },
  },
  {
    title: '订单号',
    width: 290,
    render: (_, row) => (
      <Button type="link" size="small" onClick={() => address.openLine(row.id)}>
        {row.orderNo || row.transactionId || '无订单号'}
      </Button>
    ),
  },
  { title: '渠道', width: 90, render: (_, row) => channelKinds[row.channelKind] },
  {
    title: '房屋',
    width: 160,
    ellipsis: true,
    render: (_, row) => [row.communityName, row.targetName].filter(Boolean).join(' '),
  },
  { title: '类型', width: 70, render: (_, row) => reconciliationLineKinds[row.kind] },
  { title: '本系统', width: 110, align: 'right', render: (_, row) => side(row.ourAmount) },
  { title: '渠道金额', width: 110, align: 'right', render: (_, row) => side(row.theirAmount) },
  { title: '手续费', width: 90, align: 'right', render: (_, row) => side(row.fee) },
  { title: '结果', width: 180, render: (_, row) => <OutcomeTags line={row} /> },
];
