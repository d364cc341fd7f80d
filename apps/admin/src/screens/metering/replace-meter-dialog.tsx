import { ProblemError } from '@anlin/client';
import { meterResource, type ResourceRow, replaceMeter } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, DatePicker, Form, Input, Modal } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { call, errorText } from '../../api/api.ts';

interface Values {
  number: string;
  closing: string;
  opening: string;
  replacedOn: Dayjs;
}

const dialRules = [
  { required: true, message: '请填写读数' },
  { pattern: /^\s*\d{1,10}(\.\d{1,3})?\s*$/, message: '读数应为不小于 0 的数字，最多三位小数' },
];

/** Says where the old meter ended and the new one began; the next reading counts both. */
export default function ReplaceMeterDialog({ meter, onClose }: { meter: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const replace = useMutation({
    mutationFn: (values: Values) =>
      call(replaceMeter, {
        params: { id: meter.id },
        body: { ...values, version: meter.version, replacedOn: values.replacedOn.format('YYYY-MM-DD') },
      }),
    async onSuccess() {
      message.success('已换表，下次抄表时两块表的用量一起算');
      onClose();
      await queries.invalidateQueries({ queryKey: [meterResource.name] });
    },
    onError(error) {
      if (!(error instanceof ProblemError)) return;
      form.setFields(error.fields.map(({ path, message: text }) => ({ name: path as keyof Values, errors: [text] })));
    },
  });
  return (
    <Modal
      open
      title={`更换仪表 ${String(meter.number)}`}
      okText="换表"
      cancelText="取消"
      confirmLoading={replace.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p>旧表停用，读数和账单都保留；新表接着属于同一房屋、同一收费标准。</p>
      {replace.error ? (
        <Alert type="error" showIcon title={errorText(replace.error)} style={{ marginBottom: 12 }} />
      ) : null}
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{ opening: '0', replacedOn: dayjs() }}
        onFinish={(values) => replace.mutate(values)}
      >
        <Form.Item name="closing" label="旧表止度" rules={dialRules}>
          <Input className="figures" inputMode="decimal" autoFocus />
        </Form.Item>
        <Form.Item
          name="number"
          label="新表编号"
          rules={[{ required: true, whitespace: true, message: '请填写新表编号' }]}
        >
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="opening" label="新表起度" rules={dialRules}>
          <Input className="figures" inputMode="decimal" />
        </Form.Item>
        <Form.Item name="replacedOn" label="换表日期" rules={[{ required: true, message: '请选择日期' }]}>
          <DatePicker allowClear={false} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
