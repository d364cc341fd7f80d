import { billResource, editBill, isPendingApproval, type ResourceRow } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, DatePicker, Form, Input, Modal } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { call, errorText } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import { ReferenceSelect } from '../../resource-ui/index.ts';

interface Values {
  period: [Dayjs, Dayjs];
  chargeItemId: string;
  amount: string;
  dueOn: Dayjs;
  note?: string;
  reason: string;
}

const dayText = (day: Dayjs) => day.format('YYYY-MM-DD');

/** Changes a bill nothing was paid on; what it was stays in its history. */
export default function EditBillDialog({ row, onClose }: { row: ResourceRow; onClose: (isDone: boolean) => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: ({ period, chargeItemId, amount, dueOn, note = '', reason }: Values) => {
      const wanted = {
        periodFrom: dayText(period[0]),
        lastDay: dayText(period[1]),
        chargeItemId,
        amount,
        dueOn: dayText(dueOn),
        note,
      };
      const before: Record<string, unknown> = { ...row, amount: row.receivable };
      const changes = Object.fromEntries(
        Object.entries(wanted).filter(([key, value]) => String(before[key] ?? '') !== value),
      );
      return call(editBill, { params: { id: row.id }, body: { ...changes, reason } });
    },
    onSuccess: async (done) => {
      message.success(isPendingApproval(done) ? askedText : '账单已修改，原来的内容留在记录里');
      await queries.invalidateQueries({ queryKey: [billResource.name] });
      onClose(true);
    },
  });
  return (
    <Modal
      open
      title={`修改账单：${String(row.targetLabel)}`}
      okText="保存修改"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending }}
      onOk={form.submit}
      onCancel={() => onClose(false)}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{
          period: [dayjs(String(row.periodFrom)), dayjs(String(row.lastDay))],
          chargeItemId: row.chargeItemId,
          amount: row.receivable,
          dueOn: dayjs(String(row.dueOn)),
          note: row.note,
        }}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item name="chargeItemId" label="收费项目" rules={[{ required: true, message: '请选择收费项目' }]}>
          <ReferenceSelect to="chargeItem" />
        </Form.Item>
        <Form.Item name="period" label="账期" rules={[{ required: true, message: '请选择账期' }]}>
          <DatePicker.RangePicker allowClear={false} />
        </Form.Item>
        <Form.Item
          name="amount"
          label="应收金额"
          rules={[
            { required: true, pattern: /^\d{1,12}(\.\d{1,2})?$/, message: '金额应为不小于 0 的数字，最多两位小数' },
          ]}
        >
          <Input suffix="元" />
        </Form.Item>
        <Form.Item name="dueOn" label="缴费期限" rules={[{ required: true, message: '请选择缴费期限' }]}>
          <DatePicker allowClear={false} />
        </Form.Item>
        <Form.Item name="note" label="备注">
          <Input maxLength={500} />
        </Form.Item>
        <Form.Item
          name="reason"
          label="修改原因"
          rules={[{ required: true, whitespace: true, message: '请填写修改原因' }]}
        >
          <Input maxLength={200} />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
