import {
  channelKinds,
  listPayments,
  type PaymentRow,
  type PaymentState,
  paymentExceptions,
  paymentStates,
  paymentWays,
} from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Empty, Table, type TableColumnsType, Tag } from 'antd';
import dayjs from 'dayjs';
import { lazy, Suspense } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, instantText, MoneyText, PageFrame, TotalsBar } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import styles from '../cashier/receipts.module.css';
import { stateColours } from './payment-words.ts';
import { SearchAndState } from './search-and-state.tsx';

const OnlinePaymentDrawer = lazy(() => import('./online-payment-drawer.tsx'));

const pageSize = 50;

/** 在线支付: every order at a channel, what became of it, and what staff should look at. */
export default function OnlinePaymentScreen() {
  const { search, change } = useAddress();
  const { id: communityId } = useCommunity();
  const page = Math.max(1, Number(search.page ?? 1) || 1);
  const isException = search.open === 'exception';
  const state =
    search.state !== undefined && search.state in paymentStates ? (search.state as PaymentState) : undefined;
  const query = {
    page,
    pageSize,
    communityId,
    q: search.q,
    state,
    open: isException ? ('exception' as const) : undefined,
    createdFrom: search.from,
    createdTo: search.to,
  };
  const list = useQuery({
    queryKey: ['payments', 'list', query],
    queryFn: () => call(listPayments, { query }),
    placeholderData: keepPreviousData,
  });
  const set = (patch: Record<string, string | undefined>) => change({ ...patch, page: undefined });
  return (
    <PageFrame isFilling help="业主在线支付和收银台扫码收款的每一笔。没有付的到时自动关闭，丢失的通知会自动查到。">
      <div className={styles.filters}>
        <SearchAndState placeholder="订单号、交易号、房号、付款人" states={paymentStates} state={state} />
        <DatePicker.RangePicker
          aria-label="发起日期"
          allowEmpty={[true, true]}
          value={[search.from ? dayjs(search.from) : null, search.to ? dayjs(search.to) : null]}
          onChange={(days) => set({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })}
        />
        <Button
          type={isException ? 'primary' : 'default'}
          aria-pressed={isException}
          onClick={() => set({ open: isException ? undefined : 'exception' })}
        >
          异常入账
        </Button>
      </div>
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <div className={styles.list}>
        <TotalsBar
          count={list.data?.total}
          noun="笔支付"
          totals={
            list.data
              ? [
                  { label: `已付 ${list.data.paidCount} 笔`, value: groupThousands(list.data.paidSum), unit: '元' },
                  { label: '已退', value: groupThousands(list.data.refundedSum), unit: '元' },
                ]
              : []
          }
        />
        <Table<PaymentRow>
          size="small"
          rowKey="id"
          sticky
          scroll={{ x: 1180 }}
          loading={list.isPending}
          dataSource={list.data?.rows ?? []}
          columns={columns((id) => change({ id }))}
          locale={{ emptyText: <Empty description={isException ? '没有要处理的异常' : '还没有在线支付'} /> }}
          pagination={{
            current: page,
            pageSize,
            total: list.data?.total ?? 0,
            showSizeChanger: false,
            onChange: (next) => change({ page: String(next) }),
          }}
        />
      </div>
      <Suspense>
        {search.id ? (
          <OnlinePaymentDrawer key={search.id} orderId={search.id} onClose={() => change({ id: undefined })} />
        ) : null}
      </Suspense>
    </PageFrame>
  );
}

const columns = (open: (id: string) => void): TableColumnsType<PaymentRow> => [
  { title: '发起时间', dataIndex: 'createdAt', width: 140, render: instantText },
  {
    title: '房屋',
    width: 160,
    render: (_, row) => (
      <Button type="link" size="small" onClick={() => open(row.id)}>
        {row.targetName || row.orderNo}
      </Button>
    ),
  },
  { title: '付款人', dataIndex: 'payerName', width: 100, ellipsis: true },
  { title: '金额', width: 120, align: 'right', render: (_, row) => <MoneyText yuan={row.amount} /> },
  {
    title: '已退',
    width: 110,
    align: 'right',
    render: (_, row) => (row.refunded === '0.00' ? null : <MoneyText yuan={row.refunded} />),
  },
  {
    title: '渠道',
    width: 150,
    render: (_, row) => `${channelKinds[row.channelKind]} · ${paymentWays[row.way]}`,
  },
  {
    title: '状态',
    width: 190,
    render: (_, row) => (
      <>
        <Tag color={stateColours[row.state]}>{paymentStates[row.state]}</Tag>
        {row.exception ? (
          <Tag color={row.isHandled ? 'default' : 'error'}>{paymentExceptions[row.exception]}</Tag>
        ) : null}
      </>
    ),
  },
  { title: '收据', dataIndex: 'receiptNumber', width: 170 },
  { title: '经办人', width: 90, render: (_, row) => row.staffName || '业主' },
];
