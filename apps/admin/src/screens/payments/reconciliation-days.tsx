import {
  type EndpointReply,
  type listReconciliations,
  type ReconciliationDay,
  reconciliationStates,
} from '@anlin/contract';
import { Button, Empty, type TableColumnType, Tag } from 'antd';
import { groupThousands, instantText, MoneyText, TotalsBar } from '../../resource-ui/index.ts';
import { PagedTable } from '../finance/paged-table.tsx';
import { accountName, dayColours } from './reconciliation-words.tsx';
import type { ReconciliationAddress } from './use-reconciliation-address.ts';

interface DaysProps {
  reply: EndpointReply<typeof listReconciliations> | undefined;
  isLoading: boolean;
  address: ReconciliationAddress;
}

/** One line a day and merchant, with what came, what was kept and what is open. */
export function ReconciliationDays({ reply, isLoading, address }: DaysProps) {
  const totals = reply?.totals;
  return (
    <>
      <TotalsBar
        count={reply?.total}
        noun="天"
        totals={
          totals
            ? [
                { label: `到账 ${totals.matchedCount} 笔`, value: groupThousands(totals.matched), unit: '元' },
                { label: `渠道退款 ${totals.refundedCount} 笔`, value: groupThousands(totals.refunded), unit: '元' },
                { label: '手续费', value: groupThousands(totals.fee), unit: '元' },
                { label: '应到银行', value: groupThousands(totals.net), unit: '元' },
                { label: '异常', value: totals.exceptionCount, unit: '笔' },
                { label: '待处理', value: totals.openCount, unit: '笔' },
              ]
            : []
        }
      />
      <PagedTable<ReconciliationDay>
        label="每日对账"
        rowKey={(row) => row.id}
        columns={columns(address)}
        rows={reply?.rows}
        total={reply?.total ?? 0}
        page={address.page}
        pageSize={50}
        isLoading={isLoading}
        empty={
          <Empty
            description={address.isOpen ? '没有待处理的对账' : '还没有对账。有了在线支付，每天上午自动对昨天的账'}
          />
        }
        onPage={address.setPage}
      />
    </>
  );
}

const columns = (address: ReconciliationAddress): TableColumnType<ReconciliationDay>[] => {
  const drill = (row: ReconciliationDay, more: Record<string, string>) =>
    address.set({
      tab: 'lines',
      from: row.day,
      to: row.day,
      channelId: row.channelId,
      open: undefined,
      outcome: undefined,
      ...more,
    });
  return [
    {
      title: '账单日',
      width: 112,
      render: (_, row) => (
        <Button type="link" size="small" onClick={() => drill(row, {})}>
          {row.day}
        </Button>
      ),
    },
    {
      title: '商户',
      width: 170,
      ellipsis: true,
      render: (_, row) => <span title={row.channelName}>{accountName(row)}</span>,
    },
    {
      title: '状态',
      width: 200,
      render: (_, row) => (
        <>
          <Tag color={dayColours[row.state]}>{reconciliationStates[row.state]}</Tag>
          {row.problem === '' ? null : <div className="muted">{row.problem}</div>}
          {row.nextTryAt && row.state !== 'done' ? (
            <div className="muted">{`${instantText(row.nextTryAt)} 再取`}</div>
          ) : null}
        </>
      ),
    },
    {
      title: '笔数',
      width: 60,
      align: 'right',
      render: (_, row) => <span className="figures">{row.arrivedCount}</span>,
    },
    { title: '渠道收款', width: 105, align: 'right', render: (_, row) => <MoneyText yuan={row.arrived} /> },
    { title: '渠道退款', width: 95, align: 'right', render: (_, row) => <MoneyText yuan={row.refunded} /> },
    { title: '手续费', width: 85, align: 'right', render: (_, row) => <MoneyText yuan={row.fee} /> },
    { title: '应到银行', width: 105, align: 'right', render: (_, row) => <MoneyText yuan={row.net} /> },
    {
      title: '渠道比账上多',
      width: 108,
      align: 'right',
      render: (_, row) => (row.difference === '0.00' ? null : <MoneyText yuan={row.difference} />),
    },
    {
      title: '差异',
      width: 112,
      fixed: 'right',
      render: (_, row) =>
        row.openCount > 0 ? (
          <Button type="link" danger size="small" onClick={() => drill(row, { open: 'exception' })}>
            {`${row.openCount} 笔待处理`}
          </Button>
        ) : row.exceptionCount > 0 ? (
          <span className="muted">{`${row.exceptionCount} 笔已核销`}</span>
        ) : null,
    },
  ];
};
