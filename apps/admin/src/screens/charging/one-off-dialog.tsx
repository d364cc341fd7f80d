import { billResource, chargeItemResource, chargeOneOff, resourceEndpoints, type TargetKind } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, DatePicker, Form, Input, Modal, Radio, Select, Space } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands } from '../../resource-ui/index.ts';

interface OneOffValues {
  chargeItemId: string;
  by: 'amount' | 'count' | 'area';
  amount?: string;
  unitPrice?: string;
  count?: string;
  period: [Dayjs, Dayjs];
  dueOn: Dayjs;
  note?: string;
}

const isoDay = (day: Dayjs) => day.format('YYYY-MM-DD');
const numberRule = { pattern: /^\d{1,9}(\.\d{1,6})?$/, message: '应为不小于 0 的数字' };
const amountRule = { pattern: /^\d{1,9}(\.\d{1,2})?$/, message: '应为不小于 0 的金额，最多两位小数' };
const required = (message: string) => ({ required: true, message });

/** One bill without a standard: 摆摊费, 临时停车费, 赔偿. */
export function OneOffDialog({
  kind,
  id,
  label,
  onClose,
}: {
  kind: TargetKind;
  id: string;
  label: string;
  onClose: () => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<OneOffValues>();
  const by = Form.useWatch('by', form) ?? 'amount';
  // One dialog is one bill, however often the button is pressed.
  const [key] = useState(newKey);
  const items = useQuery({
    queryKey: [chargeItemResource.name, 'oneOff'],
    queryFn: ({ signal }) =>
      call(resourceEndpoints(chargeItemResource).list, {
        query: { filter: JSON.stringify({ kind: ['oneOff'] }), pageSize: 100 },
        signal,
      }),
  });
  const submit = useMutation({
    mutationFn: (values: OneOffValues) =>
      call(chargeOneOff, {
        body: {
          targetKind: kind,
          targetId: id,
          chargeItemId: values.chargeItemId,
          price: priceOf(values),
          periodFrom: isoDay(values.period[0]),
          periodTo: isoDay(values.period[1].add(1, 'day')),
          dueOn: isoDay(values.dueOn),
          note: values.note ?? '',
          key,
        },
      }),
    onSuccess: async ({ amount }) => {
      message.success(`已记一笔临时收费 ${groupThousands(amount)} 元`);
      await queries.invalidateQueries({ queryKey: [billResource.name] });
      await queries.invalidateQueries({ queryKey: ['cashier', 'account'] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={`给“${label}”记临时收费`}
      okText="生成账单"
      cancelText="取消"
      okButtonProps={{ loading: submit.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<OneOffValues>
        form={form}
        layout="vertical"
        initialValues={{ by: 'amount', period: [dayjs(), dayjs()], dueOn: dayjs() }}
        onFinish={(values) => submit.mutate(values)}
      >
        <Form.Item
          name="chargeItemId"
          label="收费项目"
          extra="“临时”类的收费项目；没有合适的先在“收费项目”里新增，如“摆摊费”"
          rules={[required('请选择收费项目')]}
        >
          <Select
            placeholder="如：摆摊费"
            showSearch={{ optionFilterProp: 'label' }}
            options={(items.data?.rows ?? []).map((row) => ({ value: String(row.id), label: String(row.name) }))}
          />
        </Form.Item>
        <Form.Item name="by" label="怎样计算">
          <Radio.Group
            options={[
              { value: 'amount', label: '填写金额' },
              { value: 'count', label: '单价 × 数量' },
              { value: 'area', label: '单价 × 面积' },
            ]}
          />
        </Form.Item>
        <Space align="start">
          {by === 'amount' ? (
            <Form.Item name="amount" label="金额" rules={[required('请填写金额'), amountRule]}>
              <Input inputMode="decimal" suffix="元" style={{ width: 160 }} />
            </Form.Item>
          ) : (
            <Form.Item name="unitPrice" label="单价" rules={[required('请填写单价'), numberRule]}>
              <Input inputMode="decimal" suffix={by === 'area' ? '元/㎡' : '元'} style={{ width: 160 }} />
            </Form.Item>
          )}
          {by === 'count' ? (
            <Form.Item name="count" label="数量" rules={[required('请填写数量'), numberRule]}>
              <Input inputMode="decimal" style={{ width: 120 }} />
            </Form.Item>
          ) : null}
        </Space>
        <Space align="start" wrap>
          <Form.Item name="period" label="账期（含首尾两天）" rules={[required('请选择账期')]}>
            <DatePicker.RangePicker allowClear={false} />
          </Form.Item>
          <Form.Item name="dueOn" label="缴费期限" rules={[required('请选择缴费期限')]}>
            <DatePicker allowClear={false} />
          </Form.Item>
        </Space>
        <Form.Item name="note" label="备注">
          <Input.TextArea maxLength={500} autoSize={{ minRows: 1, maxRows: 4 }} />
        </Form.Item>
      </Form>
      {submit.error ? <Alert type="error" showIcon title={errorText(submit.error)} /> : null}
    </Modal>
  );
}

function priceOf({ by, amount = '', unitPrice = '', count = '' }: OneOffValues) {
  if (by === 'amount') return { by, amount };
  return by === 'count' ? { by, unitPrice, count } : { by, unitPrice };
}

// A random UUID. `crypto.randomUUID` is missing on plain http addresses, so it is made by hand.
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
