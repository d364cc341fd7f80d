import {
  alignments,
  chargeStandardResource,
  createChargeStandard,
  cycleLengths,
  quantitySources,
  type ResourceRow,
  standardMethods,
  updateChargeStandard,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input, Select, Space } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';

interface StandardValues {
  chargeItemId: string;
  name: string;
  method: keyof typeof standardMethods;
  quantitySource: keyof typeof quantitySources;
  everyMonths: 1 | 2 | 3 | 6 | 12;
  alignment: keyof typeof alignments;
  price: string;
  note: string;
}

const optionsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

const cycleOptions = Object.entries(cycleLengths).map(([value, label]) => ({ value: Number(value), label }));

/** Makes or changes a charge standard. The price of an existing one is changed in its price history. */
export function ChargeStandardForm({ row, onClose }: { row: ResourceRow | undefined; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<StandardValues>();
  const method = Form.useWatch('method', form);
  const source = Form.useWatch('quantitySource', form);
  const save = useMutation({
    mutationFn: async ({ price, ...values }: StandardValues) => {
      if (row) await call(updateChargeStandard, { params: { id: row.id }, body: { version: row.version, ...values } });
      else await call(createChargeStandard, { body: { ...values, price } });
    },
    onSuccess: async () => {
      message.success('收费标准已保存');
      await queries.invalidateQueries({ queryKey: [chargeStandardResource.name] });
      onClose();
    },
  });
  return (
    <Drawer
      open
      size={520}
      title={row ? '修改收费标准' : '新增收费标准'}
      onClose={onClose}
      mask={{ closable: false }}
      footer={
        <Space style={{ display: 'flex', justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>取消</Button>
          <Button type="primary" loading={save.isPending} onClick={form.submit}>
            保存
          </Button>
        </Space>
      }
    >
      {save.error ? (
        <Alert type="error" showIcon role="alert" title={errorText(save.error)} style={{ marginBottom: 16 }} />
      ) : null}
      <Form<StandardValues>
        form={form}
        layout="vertical"
        initialValues={row ? valuesOf(row) : newValues}
        onFinish={(values) => save.mutate(values)}
        onValuesChange={(changed) => {
          if (changed.method === 'fixed') form.setFieldValue('quantitySource', 'one');
        }}
      >
        <Form.Item name="chargeItemId" label="收费项目" rules={[{ required: true, message: '请选择收费项目' }]}>
          <ReferenceSelect to="chargeItem" placeholder="如：物业管理费" />
        </Form.Item>
        <Form.Item name="name" label="标准名称" rules={[{ required: true, message: '请填写标准名称' }]}>
          <Input maxLength={60} placeholder="如：住宅 2.80" />
        </Form.Item>
        <Form.Item name="method" label="计价方式">
          <Select options={optionsOf(standardMethods)} />
        </Form.Item>
        <Form.Item name="quantitySource" label="数量来源" hidden={method === 'fixed'}>
          <Select options={optionsOf(quantitySources)} />
        </Form.Item>
        {row ? null : (
          <Form.Item
            name="price"
            label="价格"
            extra="最多六位小数。以后调价用“新价格”，不必改这里"
            rules={[
              { required: true, message: '请填写价格' },
              { pattern: /^\d{1,9}(\.\d{1,6})?$/, message: '价格应为不小于 0 的数字，最多六位小数' },
            ]}
          >
            <Input inputMode="decimal" suffix={`元/${source === 'one' ? '' : '㎡·'}月`} style={{ width: 220 }} />
          </Form.Item>
        )}
        <Form.Item name="everyMonths" label="收费周期" extra="价格总是按月的，周期决定几个月出一张账单">
          <Select options={cycleOptions} />
        </Form.Item>
        <Form.Item name="alignment" label="账期起算">
          <Select options={optionsOf(alignments)} />
        </Form.Item>
        <Form.Item name="note" label="备注">
          <Input.TextArea maxLength={500} rows={2} />
        </Form.Item>
      </Form>
    </Drawer>
  );
}

const newValues: Partial<StandardValues> = {
  method: 'unitPrice',
  quantitySource: 'builtArea',
  everyMonths: 1,
  alignment: 'natural',
  note: '',
};

function valuesOf(row: ResourceRow): Record<string, unknown> {
  const { chargeItemId, name, method, quantitySource, alignment, note, cycle } = row;
  return { chargeItemId, name, method, quantitySource, alignment, note, everyMonths: Number(cycle) };
}
