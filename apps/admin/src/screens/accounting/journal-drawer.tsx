import {
  type JournalDocument,
  type JournalLine,
  journalDocuments,
  listJournalLines,
  type TrialBalanceRow,
  type VoucherKind,
} from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Drawer, Select, Space, Table, type TableColumnType } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';

interface JournalDrawerProps {
  account: Pick<TrialBalanceRow, 'key' | 'name'>;
  range: { communityId: string | undefined; from: string; to: string };
  /** Only what a line of a voucher sums up. */
  part?: { voucherKind: VoucherKind; chargeItemIds: readonly string[]; paymentMethodIds: readonly string[] };
  onClose: () => void;
}

const pageSize = 50;

/** The documents behind one figure of the trial balance, each leading to its own page. */
export function JournalDrawer({ account, range, part, onClose }: JournalDrawerProps) {
  const { go } = useAddress();
  const [page, setPage] = useState(1);
  const [document, setDocument] = useState<JournalDocument>();
  const narrowed = part
    ? {
        voucherKind: part.voucherKind,
        chargeItemIds: part.chargeItemIds.join(',') || undefined,
        paymentMethodIds: part.paymentMethodIds.join(',') || undefined,
      }
    : {};
  const query = { ...range, ...narrowed, account: account.key as never, document, page, pageSize };
  const { data, error, isFetching } = useQuery({
    queryKey: ['journalLines', query],
    queryFn: ({ signal }) => call(listJournalLines, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const open = (row: JournalLine) => {
    const community = range.communityId ?? 'all';
    if (row.billId) go('/charging/bills', { community, id: row.billId });
    else if (row.receiptId) go('/cashier/receipts', { community, id: row.receiptId });
    else if (row.refundId) go('/cashier/refunds', { community, id: row.refundId });
    else if (row.channelDay)
      go('/cashier/reconciliation', { community, tab: 'lines', from: row.channelDay, to: row.channelDay });
  };
  const columns: TableColumnType<JournalLine>[] = [
    { title: '日期', width: 105, dataIndex: 'day' },
    { title: '单据', width: 110, render: (_, row) => journalDocuments[row.document] },
    {
      title: '内容',
      ellipsis: true,
      render: (_, row) =>
        row.billId || row.receiptId || row.refundId || row.channelDay ? (
          <Button type="link" size="small" style={{ padding: 0 }} onClick={() => open(row)}>
            {row.label}
          </Button>
        ) : (
          row.label
        ),
    },
    { title: '小区', width: 110, ellipsis: true, dataIndex: 'communityName' },
    {
      title: '借方',
      width: 110,
      align: 'right',
      render: (_, row) => (row.debit ? <MoneyText yuan={row.debit} /> : null),
    },
    {
      title: '贷方',
      width: 110,
      align: 'right',
      render: (_, row) => (row.credit ? <MoneyText yuan={row.credit} /> : null),
    },
  ];
  return (
    <Drawer open size={960} title={`${account.name}：${range.from} 至 ${range.to}`} onClose={onClose}>
      <Space orientation="vertical" style={{ width: '100%' }}>
        <Space>
          <Select
            aria-label="单据"
            style={{ width: 150 }}
            allowClear
            placeholder="全部单据"
            value={document ?? null}
            options={Object.entries(journalDocuments).map(([value, label]) => ({
              value: value as JournalDocument,
              label,
            }))}
            onChange={(next: JournalDocument | null | undefined) => {
              setPage(1);
              setDocument(next ?? undefined);
            }}
          />
          {data ? (
            <span className="figures">{`共 ${data.total} 笔，借方 ${groupThousands(data.debit)}，贷方 ${groupThousands(data.credit)}`}</span>
          ) : null}
        </Space>
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        <Table<JournalLine>
          size="small"
          aria-label="明细"
          rowKey="key"
          loading={isFetching}
          columns={columns}
          dataSource={data?.rows ?? []}
          pagination={{ current: page, pageSize, total: data?.total ?? 0, showSizeChanger: false, onChange: setPage }}
        />
      </Space>
    </Drawer>
  );
}
