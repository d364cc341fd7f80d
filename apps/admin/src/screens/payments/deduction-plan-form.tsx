import { type DeductionPlanView, saveDeductionPlan } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { App, Form, InputNumber, Select, Space, Switch } from 'antd';
import { call } from '../../api/api.ts';
import { FormDrawer } from '../../resource-ui/form-drawer.tsx';
import { ReferencesSelect } from '../../resource-ui/index.ts';

interface Values {
  isOn: boolean;
  dayOfMonth: number;
  atHour: number;
  chargeItemIds: string[];
  noticeHours: number;
  retryDays: number[];
}

const required = (message: string) => ({ required: true, message });
const hours = Array.from({ length: 15 }, (_, place) => ({ value: place + 7, label: `${place + 7} 点` }));
const days = Array.from({ length: 20 }, (_, place) => ({ value: place + 1, label: `${place + 1} 天后` }));

/** The plan of one community: when, what, how long before it is told, when it is tried again. */
export default function DeductionPlanForm({ plan, onClose }: { plan: DeductionPlanView; onClose: () => void }) {
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: (values: Values) =>
      call(saveDeductionPlan, {
        params: { id: plan.communityId },
        body: {
          ...values,
          retryDays: [...values.retryDays].sort((left, right) => left - right),
          version: plan.version,
        },
      }),
    onSuccess() {
      message.success('扣款计划已保存');
      onClose();
    },
  });
  const { isOn, dayOfMonth, atHour, chargeItemIds, noticeHours, retryDays } = plan;
  return (
    <FormDrawer
      title={`“${plan.communityName}”的扣款计划`}
      form={form}
      initialValues={{ isOn, dayOfMonth, atHour, chargeItemIds, noticeHours, retryDays }}
      isSaving={save.isPending}
      error={save.error}
      onSave={(values) => save.mutate(values)}
      onClose={onClose}
    >
      <Form.Item name="isOn" label="启用自动扣款" valuePropName="checked" help="停用后不能新签约，也不再扣款">
        <Switch />
      </Form.Item>
      <Space align="start" size="middle">
        <Form.Item name="dayOfMonth" label="每月几日" rules={[required('请填写几日')]}>
          <InputNumber min={1} max={28} precision={0} />
        </Form.Item>
        <Form.Item name="atHour" label="几点">
          <Select style={{ width: 90 }} options={hours} />
        </Form.Item>
        <Form.Item name="noticeHours" label="提前通知（小时）" rules={[required('请填写小时')]}>
          <InputNumber min={0} max={120} precision={0} />
        </Form.Item>
      </Space>
      <Form.Item name="chargeItemIds" label="收费项目" help="不选为全部项目；住户签约时还可以从中选择">
        <ReferencesSelect to="chargeItem" />
      </Form.Item>
      <Form.Item name="retryDays" label="没有扣到，扣款日后第几天再扣" help="最多 5 次；都没有扣到的由物业处理">
        <Select mode="multiple" maxCount={5} options={days} placeholder="不重试" />
      </Form.Item>
    </FormDrawer>
  );
}
