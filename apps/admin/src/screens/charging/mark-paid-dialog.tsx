import { billResource, listPaymentMethods, markBillsPaid, previewMarkPaid, type ResourceRow } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, DatePicker, Form, Input, Modal, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useRef, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands } from '../../resource-ui/index.ts';

interface Values {
  paymentMethodId: string;
  reference?: string;
  note?: string;
}

/** Marks chosen bills as paid by one method on a day: one receipt for each house. */
export default function MarkPaidDialog({
  rows,
  onClose,
}: {
  rows: readonly ResourceRow[];
  onClose: (isDone: boolean) => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [day, setDay] = useState<Dayjs>(dayjs());
  const key = useRef(crypto.randomUUID());
  const ids = rows.map((row) => row.id);
  const receivedOn = day.format('YYYY-MM-DD');
  const preview = useQuery({
    queryKey: [billResource.name, 'markPaid', ids, receivedOn],
    queryFn: ({ signal }) => call(previewMarkPaid, { body: { ids, receivedOn }, signal }),
    gcTime: 0,
  });
  const methods = useQuery({ queryKey: ['cashier', 'methods'], queryFn: () => call(listPaymentMethods) });
  const submit = useMutation({
    mutationFn: ({ paymentMethodId, reference = '', note = '' }: Values) =>
      call(markBillsPaid, {
        body: {
          ids,
          paymentMethodId,
          reference,
          note,
          receivedOn,
          expectedTotal: preview.data?.total ?? '0',
          idempotencyKey: key.current,
        },
      }),
    onSuccess: async ({ receipts, total }) => {
      message.success(`已收 ${groupThousands(total)} 元，开出 ${receipts.length} 张收据`);
      await Promise.all(
        [billResource.name, 'receipts', 'cashier'].map((name) => queries.invalidateQueries({ queryKey: [name] })),
      );
      onClose(true);
    },
    onError: () => void preview.refetch(),
  });
  const sum = preview.data;
  return (
    <Modal
      open
      title={`标记 ${rows.length} 张账单为已缴`}
      okText={sum ? `收 ${groupThousands(sum.total)} 元` : '收款'}
      cancelText="取消"
      okButtonProps={{ disabled: !sum, loading: submit.isPending }}
      onOk={form.submit}
      onCancel={() => onClose(false)}
    >
      <p>
        {sum
          ? `本金 ${groupThousands(sum.principal)} 元，违约金 ${groupThousands(sum.lateFee)} 元，每处房屋、车位或车辆一张，共开 ${sum.receiptCount} 张收据。`
          : '正在计算……'}
      </p>
      <Form form={form} layout="vertical" onFinish={(values) => submit.mutate(values)}>
        <Form.Item name="paymentMethodId" label="支付方式" rules={[{ required: true, message: '请选择支付方式' }]}>
          <Select options={methods.data?.rows.map(({ id, name }) => ({ value: id, label: name })) ?? []} />
        </Form.Item>
        <Form.Item label="收款日期">
          <DatePicker allowClear={false} value={day} maxDate={dayjs()} onChange={(next) => next && setDay(next)} />
        </Form.Item>
        <Form.Item name="reference" label="流水号（选填）">
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item
          name="note"
          label="备注"
          rules={
            day.isSame(dayjs(), 'day')
              ? []
              : [{ required: true, whitespace: true, message: '补录以前的收款请写明原因' }]
          }
        >
          <Input maxLength={200} />
        </Form.Item>
      </Form>
      {(preview.error ?? submit.error) ? (
        <Alert type="error" showIcon title={errorText(preview.error ?? submit.error)} />
      ) : null}
    </Modal>
  );
}
