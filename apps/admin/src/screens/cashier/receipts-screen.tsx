import { listPaymentMethods, listReceipts, type ReceiptRow, receiptState } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Empty, Input, Select, Table, type TableColumnsType, Tag } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, instantText, MoneyText, PageFrame, TotalsBar } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { PrintReceipts } from './print-receipts.tsx';
import { ReceiptDrawer } from './receipt-drawer.tsx';
import styles from './receipts.module.css';

const stateWords = { valid: '有效', reversed: '已撤销' } as const;
const pageSize = 50;

/** 收据: what was collected, found by day, cashier, method, state and number, with the totals of all that match. */
export default function ReceiptsScreen() {
  const { search, change } = useAddress();
  const { id: communityId } = useCommunity();
  const page = Math.max(1, Number(search.page ?? 1) || 1);
  const state = receiptState.safeParse(search.state).data;
  const query = {
    page,
    pageSize,
    communityId,
    q: search.q,
    receivedFrom: search.from,
    receivedTo: search.to,
    cashierStaffId: search.cashier,
    paymentMethodId: search.method,
    state,
  };
  const list = useQuery({
    queryKey: ['receipts', 'list', query],
    queryFn: () => call(listReceipts, { query }),
    placeholderData: keepPreviousData,
  });
  const methods = useQuery({ queryKey: ['cashier', 'methods'], queryFn: () => call(listPaymentMethods) });
  const set = (patch: Record<string, string | undefined>) => change({ ...patch, page: undefined });
  const totals = list.data?.totals;
  const mayPrint = useCan()('receipt.print');
  const [chosen, setChosen] = useState<string[]>([]);
  return (
    <PageFrame
      isFilling
      help="已收款项的凭据：查看、补打、撤销。"
      extra={
        mayPrint ? (
          <PrintReceipts
            chosen={chosen}
            filter={query}
            matching={totals?.validCount ?? 0}
            onStarted={() => setChosen([])}
          />
        ) : undefined
      }
    >
      <div className={styles.filters}>
        <Input.Search
          key={search.q}
          allowClear
          placeholder="收据号、付款人、房号"
          defaultValue={search.q}
          onSearch={(q) => set({ q: q.trim() || undefined })}
          className={styles.q ?? ''}
        />
        <DatePicker.RangePicker
          aria-label="收款日期"
          allowEmpty={[true, true]}
          value={[search.from ? dayjs(search.from) : null, search.to ? dayjs(search.to) : null]}
          presets={[
            { label: '今天', value: [dayjs(), dayjs()] },
            { label: '本月', value: [dayjs().startOf('month'), dayjs()] },
          ]}
          onChange={(days) => set({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })}
        />
        <Select
          allowClear
          placeholder="收银员"
          className={styles.choice ?? ''}
          value={search.cashier}
          onChange={(cashier: string | undefined) => set({ cashier })}
          options={list.data?.cashiers.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        />
        <Select
          allowClear
          placeholder="支付方式"
          className={styles.choice ?? ''}
          value={search.method}
          onChange={(method: string | undefined) => set({ method })}
          options={methods.data?.rows.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        />
        <Select
          allowClear
          placeholder="状态"
          className={styles.choice ?? ''}
          value={state}
          onChange={(next: string | undefined) => set({ state: next })}
          options={Object.entries(stateWords).map(([value, label]) => ({ value, label }))}
        />
      </div>
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <div className={styles.list}>
        <TotalsBar
          count={list.data?.total}
          noun="张收据"
          totals={
            totals
              ? [
                  { label: '有效合计', value: groupThousands(totals.validSum), unit: '元' },
                  ...totals.byMethod.map(({ name, sum }) => ({ label: name, value: groupThousands(sum) })),
                  ...(totals.reversedCount === 0
                    ? []
                    : [
                        {
                          label: `已撤销 ${totals.reversedCount} 张`,
                          value: groupThousands(totals.reversedSum),
                          unit: '元',
                        },
                      ]),
                ]
              : []
          }
        />
        <Table<ReceiptRow>
          size="small"
          rowKey="id"
          sticky
          scroll={{ x: 1140 }}
          {...(mayPrint
            ? {
                rowSelection: {
                  selectedRowKeys: chosen,
                  preserveSelectedRowKeys: true,
                  onChange: (keys) => setChosen(keys.map(String)),
                  getCheckboxProps: (row) => ({
                    disabled: row.state === 'reversed',
                    'aria-label': `选择 ${row.number}`,
                  }),
                },
              }
            : {})}
          columns={columns((id) => change({ id }))}
          dataSource={list.data?.rows ?? []}
          loading={list.isFetching && !list.data}
          onRow={(row) => ({ onClick: () => change({ id: row.id }), style: { cursor: 'pointer' } })}
          locale={{
            emptyText: (
              <Empty
                image={Empty.PRESENTED_IMAGE_SIMPLE}
                description="没有符合条件的收据。在收银台收款后会出现在这里"
              />
            ),
          }}
          pagination={{
            current: page,
            pageSize,
            total: list.data?.total ?? 0,
            showSizeChanger: false,
            onChange: (next) => change({ page: String(next) }),
          }}
        />
      </div>
      {search.id ? <ReceiptDrawer receiptId={search.id} onClose={() => change({ id: undefined })} /> : null}
    </PageFrame>
  );
}

function columns(open: (id: string) => void): TableColumnsType<ReceiptRow> {
  return [
    {
      title: '收据号',
      dataIndex: 'number',
      width: 160,
      fixed: 'start',
      render: (number: string, row) => (
        <Button type="link" size="small" style={{ padding: 0 }} onClick={() => open(row.id)}>
          <span className="figures">{number}</span>
        </Button>
      ),
    },
    {
      title: '状态',
      dataIndex: 'state',
      width: 80,
      render: (state: ReceiptRow['state']) => (
        <Tag color={state === 'valid' ? 'success' : 'error'}>{stateWords[state]}</Tag>
      ),
    },
    { title: '小区', dataIndex: 'communityName', width: 110, ellipsis: true },
    { title: '收费对象', dataIndex: 'targetName', width: 150, ellipsis: true },
    { title: '付款人', dataIndex: 'payerName', width: 100, ellipsis: true },
    {
      title: '金额',
      dataIndex: 'total',
      width: 110,
      align: 'right',
      render: (yuan: string) => <MoneyText yuan={yuan} />,
    },
    { title: '支付方式', dataIndex: 'methods', width: 110, ellipsis: true },
    { title: '收款日期', dataIndex: 'receivedOn', width: 105, className: 'figures' },
    { title: '收银员', dataIndex: 'cashierName', width: 90, ellipsis: true },
    { title: '操作时间', dataIndex: 'receivedAt', width: 150, render: (at: string) => instantText(at) },
    { title: '打印', dataIndex: 'printCount', width: 65, align: 'right', render: (count: number) => `${count} 次` },
  ];
}
