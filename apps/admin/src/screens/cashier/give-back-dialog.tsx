import {
  depositMovementResource,
  depositResource,
  isPendingApproval,
  listPaymentMethods,
  prepaidAccountResource,
  prepaidMovementResource,
  type ResourceRow,
  takeRefund,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import { groupThousands } from '../../resource-ui/index.ts';
import { todayText } from '../estate/today.ts';
import { amountRule } from './typed-amount.ts';

interface GiveBackForm {
  amount: string;
  paymentMethodId: string;
  payeeName?: string;
  reason: string;
}

interface GiveBackDialogProps {
  of: 'prepaid' | 'deposit';
  row: ResourceRow;
  onClose: () => void;
}

/** Pays prepaid money or a deposit out again, in whole or in part; the refund has a number and a slip of its own. */
export default function GiveBackDialog({ of, row, onClose }: GiveBackDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<GiveBackForm>();
  // One attempt, one refund, also when the network drops and it is sent again.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const methods = useQuery({ queryKey: ['cashier', 'methods'], queryFn: () => call(listPaymentMethods) });
  const most = String(of === 'prepaid' ? row.paid : row.held);
  const what = of === 'prepaid' ? '预存款' : '押金';
  const giveBack = useMutation({
    mutationFn: ({ amount, paymentMethodId, payeeName = '', reason }: GiveBackForm) =>
      call(takeRefund, {
        body: {
          receiptId: null,
          lines:
            of === 'prepaid'
              ? { prepaid: [{ prepaidAccountId: row.id, amount }] }
              : { deposits: [{ depositId: row.id, amount }] },
          tenders: [{ paymentMethodId, amount }],
          payeeName,
          reason,
          refundedOn: todayText(),
          idempotencyKey,
        },
      }),
    onSuccess: async (done) => {
      if (isPendingApproval(done)) message.success(askedText);
      else message.success(`已退 ${groupThousands(done.total)} 元，退款单 ${done.number}，可在“退款”中打印`);
      const lists = [depositResource, depositMovementResource, prepaidAccountResource, prepaidMovementResource];
      for (const { name } of lists) await queries.invalidateQueries({ queryKey: [name] });
      onClose();
    },
  });
  const choices = methods.data?.rows ?? [];
  return (
    <Modal
      open
      width={460}
      title={`退${what}：${String(row.targetLabel || row.holderName)}`}
      okText="退款"
      cancelText="取消"
      okButtonProps={{ loading: giveBack.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="muted">{`最多可退 ${groupThousands(most)} 元${of === 'prepaid' ? '（实缴部分）' : ''}。`}</p>
      <Form<GiveBackForm>
        form={form}
        layout="vertical"
        initialValues={{ amount: most, payeeName: String(row.holderName ?? row.ownerName ?? '') }}
        onFinish={(values) => giveBack.mutate(values)}
      >
        <Form.Item name="amount" label="金额" rules={[amountRule(most, '可退')]}>
          <Input autoFocus className="figures" inputMode="decimal" suffix="元" />
        </Form.Item>
        <Form.Item name="paymentMethodId" label="退款方式" rules={[{ required: true, message: '请选择退款方式' }]}>
          <Select loading={methods.isLoading} options={choices.map(({ id, name }) => ({ value: id, label: name }))} />
        </Form.Item>
        <Form.Item name="payeeName" label="收款人">
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="reason" label="原因" rules={[{ required: true, whitespace: true, message: '请填写退款原因' }]}>
          <Input.TextArea maxLength={200} autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
      </Form>
      {giveBack.error ? <Alert type="error" showIcon title={errorText(giveBack.error)} /> : null}
    </Modal>
  );
}
