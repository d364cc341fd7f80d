import { getRefund, listRefunds, type RefundRow, refundStates } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import {
  Alert,
  Button,
  DatePicker,
  Descriptions,
  Drawer,
  Empty,
  Input,
  Skeleton,
  Space,
  Table,
  type TableColumnsType,
  Tag,
} from 'antd';
import dayjs from 'dayjs';
import { call, errorText } from '../../api/api.ts';
import { usePrintPdf } from '../../print/use-print-pdf.ts';
import { groupThousands, MoneyText, PageFrame, TotalsBar } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { PaperButton } from './holding-paper-buttons.tsx';
import styles from './receipts.module.css';

const pageSize = 50;

/** 退款: what was given back, found by day and number, with the sum of all that match. */
export default function RefundsScreen() {
  const { search, change } = useAddress();
  const { id: communityId } = useCommunity();
  const page = Math.max(1, Number(search.page ?? 1) || 1);
  const query = { page, pageSize, communityId, q: search.q, refundedFrom: search.from, refundedTo: search.to };
  const list = useQuery({
    queryKey: ['refunds', 'list', query],
    queryFn: () => call(listRefunds, { query }),
    placeholderData: keepPreviousData,
  });
  const set = (patch: Record<string, string | undefined>) => change({ ...patch, page: undefined });
  return (
    <PageFrame isFilling help="退出去的每一笔钱。退账单从收据进入，退预存款、押金从各自的页面进入。">
      <div className={styles.filters}>
        <Input.Search
          key={search.q}
          allowClear
          placeholder="退款号、收据号、收款人、房号"
          defaultValue={search.q}
          onSearch={(q) => set({ q: q.trim() || undefined })}
          className={styles.q ?? ''}
        />
        <DatePicker.RangePicker
          aria-label="退款日期"
          allowEmpty={[true, true]}
          value={[search.from ? dayjs(search.from) : null, search.to ? dayjs(search.to) : null]}
          onChange={(days) => set({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })}
        />
      </div>
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <div className={styles.list}>
        <TotalsBar
          count={list.data?.total}
          noun="笔退款"
          totals={list.data ? [{ label: '退款合计', value: groupThousands(list.data.sum), unit: '元' }] : []}
        />
        <Table<RefundRow>
          size="small"
          rowKey="id"
          sticky
          scroll={{ x: 1100 }}
          loading={list.isPending}
          dataSource={list.data?.rows ?? []}
          columns={columns((id) => change({ id }))}
          locale={{ emptyText: <Empty description="还没有退款" /> }}
          pagination={{
            current: page,
            pageSize,
            total: list.data?.total ?? 0,
            showSizeChanger: false,
            onChange: (next) => change({ page: String(next) }),
          }}
        />
      </div>
      {search.id ? (
        <RefundDrawer key={search.id} refundId={search.id} onClose={() => change({ id: undefined })} />
      ) : null}
    </PageFrame>
  );
}

const columns = (open: (id: string) => void): TableColumnsType<RefundRow> => [
  {
    title: '退款号',
    width: 190,
    render: (_, row) => (
      <Button type="link" size="small" onClick={() => open(row.id)}>
        {row.number}
      </Button>
    ),
  },
  { title: '退款日期', dataIndex: 'refundedOn', width: 110 },
  { title: '房屋', dataIndex: 'targetName', width: 150 },
  { title: '收款人', dataIndex: 'payeeName', width: 100 },
  { title: '金额', width: 120, align: 'right', render: (_, row) => <MoneyText yuan={row.total} /> },
  { title: '方式', dataIndex: 'methods', width: 120 },
  { title: '原收据', dataIndex: 'receiptNumber', width: 180 },
  { title: '原因', dataIndex: 'reason', ellipsis: true },
  { title: '经办人', dataIndex: 'staffName', width: 100 },
  {
    title: '状态',
    width: 90,
    render: (_, row) => <Tag color={row.state === 'done' ? 'success' : 'processing'}>{refundStates[row.state]}</Tag>,
  },
];

function RefundDrawer({ refundId, onClose }: { refundId: string; onClose: () => void }) {
  const can = useCan();
  const { go } = useAddress();
  const { data, error, refetch } = useQuery({
    queryKey: ['refunds', 'one', refundId],
    queryFn: ({ signal }) => call(getRefund, { params: { id: refundId }, signal }),
  });
  const pdf = usePrintPdf(() => void refetch());
  return (
    <Drawer
      open
      size={560}
      title={data ? `退款 ${data.number}` : '退款'}
      onClose={onClose}
      extra={
        data && can('receipt.print') ? (
          <Space>
            {data.lines.some((line) => line.kind === 'deposit') ? (
              <PaperButton type="depositRefundSlip" id={refundId} onPrinted={() => void refetch()} />
            ) : null}
            <Button loading={pdf.isPending} onClick={() => pdf.mutate({ type: 'refundSlip', ids: [refundId] })}>
              {data.printCount === 0 ? '打印退款单' : '补打退款单'}
            </Button>
          </Space>
        ) : null
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : data ? null : <Skeleton active />}
      {data ? (
        <>
          <div className={styles.total}>
            <span>
              退款 <Tag color={data.state === 'done' ? 'success' : 'processing'}>{refundStates[data.state]}</Tag>
            </span>
            <b className="figures">{groupThousands(data.total)}</b>
          </div>
          <Descriptions
            size="small"
            column={2}
            items={[
              { key: 'community', label: '小区', children: data.communityName },
              { key: 'target', label: '房屋', children: data.targetName || '—' },
              { key: 'payee', label: '收款人', children: data.payeeName || '—' },
              { key: 'day', label: '退款日期', children: data.refundedOn },
              { key: 'staff', label: '经办人', children: data.staffName },
              {
                key: 'receipt',
                label: '原收据',
                children: data.receiptId ? (
                  <Button
                    type="link"
                    size="small"
                    onClick={() =>
                      go('/cashier/receipts', { community: data.communityId, id: data.receiptId ?? undefined })
                    }
                  >
                    {data.receiptNumber}
                  </Button>
                ) : (
                  '—'
                ),
              },
              { key: 'reason', label: '原因', span: 2, children: data.reason },
            ]}
          />
          <h3 className={styles.section}>退了什么</h3>
          {data.lines.map((line) => (
            <div key={`${line.label}${line.targetName}${line.sum}`} className={styles.line}>
              <span>
                {line.label} <span className="muted">{line.targetName}</span>
              </span>
              <MoneyText yuan={line.sum} />
            </div>
          ))}
          <h3 className={styles.section}>怎么退的</h3>
          {data.tenders.map((tender) => (
            <div key={`${tender.name}${tender.reference}`} className={styles.line}>
              <span>
                {tender.name} <span className="muted">{tender.reference}</span>
              </span>
              <MoneyText yuan={tender.amount} />
            </div>
          ))}
        </>
      ) : null}
    </Drawer>
  );
}
