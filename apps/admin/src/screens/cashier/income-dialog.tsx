import { listDeskItems, listPaymentMethods, takePayment } from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select } from 'antd';
import dayjs from 'dayjs';
import { useRef } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useSession } from '../../session/session-context.ts';
import { newAttemptKey } from './desk-money.ts';
import { openSlip } from './slip-paper.ts';

interface IncomeValues {
  communityId: string;
  payerName: string;
  chargeItemId: string;
  amount: string;
  description?: string;
  paymentMethodId: string;
}

const required = (message: string) => ({ required: true, message });
const amountRule = { pattern: /^(0|[1-9]\d{0,10})(\.\d{1,2})?$/, message: '应为大于 0 的数字，最多两位小数' };

/** Money from people who live nowhere here (CSH-11): a receipt without a house. */
export function IncomeDialog({ communityId, onClose }: { communityId: string | undefined; onClose: () => void }) {
  const { message } = App.useApp();
  const { communities } = useSession();
  const [form] = Form.useForm<IncomeValues>();
  const key = useRef(newAttemptKey());
  const items = useQuery({ queryKey: ['cashier', 'items'], queryFn: () => call(listDeskItems) });
  const methods = useQuery({ queryKey: ['cashier', 'methods'], queryFn: () => call(listPaymentMethods) });
  const collect = useMutation({
    mutationFn: ({ chargeItemId, amount, description = '', paymentMethodId, ...values }: IncomeValues) =>
      call(takePayment, {
        body: {
          ...values,
          bills: [],
          incomes: [{ chargeItemId, amount, description }],
          expectedTotal: amount,
          tenders: [{ paymentMethodId, amount }],
          receivedOn: dayjs().format('YYYY-MM-DD'),
          idempotencyKey: key.current,
        },
      }),
    onSuccess: (taken) => {
      message.success(`已收款 ${taken.total} 元，收据 ${taken.number}`);
      openSlip(taken.id, 'auto');
      onClose();
    },
  });
  const communityOptions = communities.map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Modal
      open
      width={440}
      title="收其他收入"
      okText="收款"
      cancelText="取消"
      okButtonProps={{ loading: collect.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ communityId: communityId ?? communityOptions[0]?.value }}
        onFinish={(values) => collect.mutate(values)}
      >
        <Form.Item name="communityId" label="小区" rules={[required('请选择小区')]}>
          <Select options={communityOptions} />
        </Form.Item>
        <Form.Item name="payerName" label="付款人" rules={[required('请填写付款人')]}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="chargeItemId" label="收费项目" rules={[required('请选择收费项目')]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={
              items.data?.rows
                .filter(({ kind }) => kind !== 'deposit')
                .map(({ id, name }) => ({ value: id, label: name })) ?? []
            }
          />
        </Form.Item>
        <Form.Item name="amount" label="金额" rules={[required('请填写金额'), amountRule]}>
          <Input className="figures" inputMode="decimal" suffix="元" />
        </Form.Item>
        <Form.Item name="description" label="说明">
          <Input maxLength={100} placeholder="可不填" />
        </Form.Item>
        <Form.Item name="paymentMethodId" label="支付方式" rules={[required('请选择支付方式')]}>
          <Select options={methods.data?.rows.map(({ id, name }) => ({ value: id, label: name })) ?? []} />
        </Form.Item>
      </Form>
      {collect.error ? <Alert type="error" showIcon title={errorText(collect.error)} /> : null}
    </Modal>
  );
}
