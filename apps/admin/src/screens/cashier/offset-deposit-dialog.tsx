import {
  type DeskBill,
  depositMovementResource,
  depositResource,
  getDeskAccount,
  type ResourceRow,
  type TargetKind,
  takePayment,
} from '@anlin/contract';
import { formatYuan, minFen, parseYuan, sumFen, zeroFen } from '@anlin/money';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Modal, Table } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText } from '../../resource-ui/index.ts';
import { newAttemptKey } from './desk-money.ts';

/** Pays chosen bills of a deposit's house or parking space with it; what it does not cover stays owed. */
export default function OffsetDepositDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<readonly DeskBill[]>([]);
  const [idempotencyKey] = useState(newAttemptKey);
  const query = { targetKind: row.targetKind as TargetKind, targetId: String(row.targetId) };
  const account = useQuery({
    queryKey: ['cashier', 'account', query],
    queryFn: () => call(getDeskAccount, { query }),
  });
  const methodId = account.data?.offsetMethods.deposit;
  const heldFen = parseYuan(String(row.held));
  const owedFen = sumFen(chosen.map((bill) => parseYuan(bill.toPay)));
  const payFen = minFen(heldFen, owedFen);
  const offset = useMutation({
    mutationFn: () => {
      if (!account.data || !methodId) throw new Error('没有“押金抵扣”这种支付方式，请在“支付方式”中启用');
      const amount = formatYuan(payFen);
      return call(takePayment, {
        body: {
          communityId: account.data.target.communityId,
          ...query,
          bills: chosen.map((bill) => ({ id: bill.id, expected: bill.toPay })),
          billsTotal: amount,
          expectedTotal: amount,
          tenders: [{ paymentMethodId: methodId, amount, depositId: row.id }],
          payerName: String(row.holderName ?? ''),
          receivedOn: account.data.today,
          note: '押金冲抵',
          idempotencyKey,
        },
      });
    },
    onSuccess: async ({ number, total }) => {
      message.success(`已冲抵 ${groupThousands(total)} 元，收据 ${number}`);
      for (const key of [depositResource.name, depositMovementResource.name, 'cashier', 'receipts'])
        await queries.invalidateQueries({ queryKey: [key] });
      onClose();
    },
  });
  const problem = account.error ?? offset.error;
  return (
    <Modal
      open
      width={640}
      title={`用押金冲抵账单：${String(row.targetLabel)}`}
      okText={payFen === zeroFen ? '冲抵' : `冲抵 ${groupThousands(formatYuan(payFen))} 元`}
      cancelText="取消"
      okButtonProps={{ disabled: payFen === zeroFen, loading: offset.isPending }}
      onOk={() => offset.mutate()}
      onCancel={onClose}
    >
      <p>{`现持有 ${groupThousands(String(row.held))} 元。勾选要付的账单，从最早的付起；押金不够的部分仍为未收。`}</p>
      <Table<DeskBill>
        size="small"
        rowKey="id"
        loading={account.isLoading}
        dataSource={account.data?.bills ?? []}
        pagination={false}
        scroll={{ y: 300 }}
        locale={{ emptyText: '没有未收账单' }}
        rowSelection={{
          selectedRowKeys: chosen.map((bill) => bill.id),
          onChange: (_, rows) => setChosen(rows),
          getCheckboxProps: (bill) => ({ 'aria-label': `选择 ${bill.chargeItemName} ${bill.periodText}` }),
        }}
        columns={[
          { title: '收费项目', dataIndex: 'chargeItemName', ellipsis: true },
          { title: '账期', dataIndex: 'periodText', width: 130 },
          {
            title: '违约金',
            dataIndex: 'lateFee',
            width: 90,
            align: 'right',
            render: (yuan: string) => <MoneyText yuan={yuan} />,
          },
          {
            title: '应付',
            dataIndex: 'toPay',
            width: 110,
            align: 'right',
            render: (yuan: string) => <MoneyText yuan={yuan} />,
          },
        ]}
      />
      {problem ? <Alert style={{ marginTop: 12 }} type="error" showIcon title={errorText(problem)} /> : null}
    </Modal>
  );
}
