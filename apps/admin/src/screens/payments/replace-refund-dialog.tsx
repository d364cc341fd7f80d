import { listPaymentMethods, type PaymentDetail, replaceChannelRefund } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select } from 'antd';
import { call, errorText } from '../../api/api.ts';

interface Values {
  paymentMethodId: string;
  reason: string;
}

/** A refund the channel could not make is given in cash or by a transfer instead. */
export default function ReplaceRefundDialog({
  refund,
  onClose,
}: {
  refund: PaymentDetail['refunds'][number];
  onClose: () => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const methods = useQuery({ queryKey: ['cashier', 'methods'], queryFn: () => call(listPaymentMethods) });
  const save = useMutation({
    mutationFn: (body: Values) => call(replaceChannelRefund, { params: { id: refund.id }, body }),
    onSuccess: () => {
      message.success('已改用其他方式退，请把钱交给付款人');
      onClose();
    },
    onSettled: () =>
      Promise.all(['payments', 'receipts', 'console'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const options = (methods.data?.rows ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Modal
      open
      title={`退款 ${refund.refundNumber}（${refund.amount} 元）改用其他方式`}
      okText="确定改用"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" onFinish={(values) => save.mutate(values)}>
        <Form.Item
          name="paymentMethodId"
          label="退款方式"
          extra="按今天退出统计；先向渠道确认没有退成。改后不能再改回"
          rules={[{ required: true, message: '请选择退款方式' }]}
        >
          <Select loading={methods.isPending} options={options} />
        </Form.Item>
        <Form.Item name="reason" label="原因" rules={[{ required: true, whitespace: true, message: '请填写原因' }]}>
          <Input maxLength={200} placeholder="如：付款人的银行卡已注销，改退现金" />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
