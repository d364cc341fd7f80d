import { getReceipt, type IncomeRow, incomeKinds, incomeSources, incomeStates } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Descriptions, Drawer, Space, Table } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { MoneyText } from '../../resource-ui/money-text.tsx';
import { instantText } from '../../resource-ui/text-of.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';

/** One movement and, for those who may see receipts, the bills its receipt paid. */
export function IncomeDrawer({ row, onClose }: { row: IncomeRow | undefined; onClose: () => void }) {
  const can = useCan();
  const mayOpen = can('receipt.view');
  const mayOpenBills = can('bill.view');
  const { go } = useAddress();
  const receipt = useQuery({
    queryKey: ['receipt', row?.receiptId],
    queryFn: ({ signal }) => call(getReceipt, { params: { id: row?.receiptId ?? '' }, signal }),
    enabled: row?.receiptId != null && mayOpen,
  });
  return (
    <Drawer
      title={row ? `${incomeKinds[row.kind]} ${row.number}` : ''}
      open={row !== undefined}
      onClose={onClose}
      size={720}
      extra={
        mayOpen ? (
          <Space>
            {row?.receiptId ? (
              <Button onClick={() => go('/cashier/receipts', { id: row.receiptId ?? undefined })}>打开收据</Button>
            ) : null}
            {row?.refundId ? (
              <Button onClick={() => go('/cashier/refunds', { id: row.refundId ?? undefined })}>打开退款单</Button>
            ) : null}
          </Space>
        ) : null
      }
    >
      {row ? (
        <Descriptions
          size="small"
          column={2}
          bordered
          items={[
            { label: '金额', children: <MoneyText yuan={row.amount} /> },
            { label: '支付方式', children: row.methodName },
            { label: '其中本金', children: <MoneyText yuan={row.principal} /> },
            { label: '其中违约金', children: <MoneyText yuan={row.lateFee} /> },
            { label: '其中预存款', children: <MoneyText yuan={row.prepaid} /> },
            { label: '其中押金', children: <MoneyText yuan={row.deposit} /> },
            { label: '其中其他收入', children: <MoneyText yuan={row.other} /> },
            { label: '来源', children: incomeSources[row.source] },
            { label: '收费对象', children: `${row.communityName} ${row.targetName}` },
            { label: '付款人', children: row.payerName || '—' },
            { label: '营业日', children: row.day },
            { label: '时间', children: instantText(row.at) },
            { label: '经办人', children: row.staffName },
            { label: '状态', children: incomeStates[row.state] },
            { label: row.kind === 'receipt' ? '备注' : '原因', children: row.note || '—', span: 2 },
          ]}
        />
      ) : null}
      {receipt.error ? (
        <Alert style={{ marginTop: 16 }} type="error" showIcon title={errorText(receipt.error)} />
      ) : null}
      {mayOpen && row?.receiptId ? (
        <>
          <h3>收据所付账单</h3>
          <Table
            size="small"
            loading={receipt.isFetching}
            pagination={false}
            rowKey="billId"
            dataSource={receipt.data?.lines ?? []}
            columns={[
              {
                title: '收费对象',
                render: (_, line) =>
                  mayOpenBills ? (
                    <Button
                      type="link"
                      size="small"
                      style={{ padding: 0 }}
                      onClick={() => go('/charging/bills', { community: receipt.data?.communityId, id: line.billId })}
                    >
                      {line.targetName}
                    </Button>
                  ) : (
                    line.targetName
                  ),
              },
              { title: '收费项目', dataIndex: 'chargeItemName' },
              { title: '账期', dataIndex: 'periodText' },
              { title: '本金', align: 'right', render: (_, line) => <MoneyText yuan={line.principal} /> },
              { title: '违约金', align: 'right', render: (_, line) => <MoneyText yuan={line.lateFee} /> },
            ]}
          />
        </>
      ) : null}
    </Drawer>
  );
}
