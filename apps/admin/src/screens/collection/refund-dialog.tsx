import { collectionResource, isPendingApproval, type ResourceRow, refundCollection } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import { groupThousands } from '../../resource-ui/index.ts';
import { amountRule } from '../cashier/typed-amount.ts';
import { mostRefundOf } from './collection-words.ts';

interface RefundForm {
  amount: string;
  reason: string;
}

/** Gives money back through the channel it came by. */
export default function RefundDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<RefundForm>();
  // One attempt, one refund, also when the network drops and it is sent again.
  const [key] = useState(() => crypto.randomUUID());
  const most = mostRefundOf(row);
  const refund = useMutation({
    mutationFn: (body: RefundForm) => call(refundCollection, { params: { id: row.id }, body: { ...body, key } }),
    onSuccess: async (done) => {
      message.success(
        isPendingApproval(done) ? askedText : `退款单 ${done.number}，${groupThousands(done.total)} 元正在原路退回`,
      );
      await queries.invalidateQueries({ queryKey: [collectionResource.name] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={440}
      title="原路退回"
      okText="退款"
      cancelText="取消"
      okButtonProps={{ loading: refund.isPending, danger: true }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="muted">{`退到付款人原来的账户，最多可退 ${groupThousands(most)} 元。`}</p>
      <Form<RefundForm>
        form={form}
        layout="vertical"
        initialValues={{ amount: most }}
        onFinish={(values) => refund.mutate(values)}
      >
        <Form.Item name="amount" label="金额" rules={[amountRule(most, '可退')]}>
          <Input autoFocus className="figures" inputMode="decimal" suffix="元" />
        </Form.Item>
        <Form.Item name="reason" label="原因" rules={[{ required: true, whitespace: true, message: '请填写退款原因' }]}>
          <Input.TextArea maxLength={200} autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
      </Form>
      {refund.error ? <Alert type="error" showIcon title={errorText(refund.error)} /> : null}
    </Modal>
  );
}
