import { amendReceipt, isPendingApproval, listPaymentMethods, type ReceiptDetail } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select, Skeleton } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import { groupThousands } from '../../resource-ui/index.ts';
import { useReceiptUndo } from './receipt-undo.tsx';

interface Values {
  methods: Record<string, string>;
  payerName: string;
  note: string;
  reason: string;
}

/** How it was paid, who paid, the note: changed afterwards, with the reason. */
export default function AmendDialog({ receipt, onClose }: { receipt: ReceiptDetail; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const undo = useReceiptUndo(receipt.id);
  const methods = useQuery({ queryKey: ['cashier', 'methods'], queryFn: () => call(listPaymentMethods) });
  const tenders = undo.data?.tenders ?? [];
  const save = useMutation({
    mutationFn: (values: Values) =>
      call(amendReceipt, {
        params: { id: receipt.id },
        body: {
          methods: tenders
            .map((one) => ({ tenderId: one.id, paymentMethodId: values.methods?.[one.id] ?? one.paymentMethodId }))
            .filter((one, index) => one.paymentMethodId !== tenders[index]!.paymentMethodId),
          payerName: values.payerName,
          note: values.note,
          reason: values.reason,
        },
      }),
    onSuccess: async (done) => {
      message.success(isPendingApproval(done) ? askedText : '已修改，经过留在收据里');
      await queries.invalidateQueries({ queryKey: ['receipts'] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={`修改收据 ${receipt.number}`}
      okText="保存修改"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      {undo.data && methods.data ? (
        <Form
          form={form}
          layout="vertical"
          initialValues={{
            methods: Object.fromEntries(tenders.map((one) => [one.id, one.paymentMethodId])),
            payerName: receipt.payerName,
            note: receipt.note,
          }}
          onFinish={(values) => save.mutate(values)}
        >
          {tenders.map((one) => (
            <Form.Item
              key={one.id}
              name={['methods', one.id]}
              label={`支付方式（${groupThousands(one.amount)} 元）`}
              extra="改后按收款当天统计；当天已结账的不能改"
            >
              <Select options={methods.data.rows.map(({ id, name }) => ({ value: id, label: name }))} />
            </Form.Item>
          ))}
          <Form.Item name="payerName" label="付款人">
            <Input maxLength={60} />
          </Form.Item>
          <Form.Item name="note" label="备注">
            <Input.TextArea maxLength={200} autoSize={{ minRows: 1, maxRows: 3 }} />
          </Form.Item>
          <Form.Item
            name="reason"
            label="修改原因"
            rules={[{ required: true, whitespace: true, message: '请填写修改原因' }]}
          >
            <Input maxLength={200} placeholder="如：选错支付方式" />
          </Form.Item>
        </Form>
      ) : (
        <Skeleton active />
      )}
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
