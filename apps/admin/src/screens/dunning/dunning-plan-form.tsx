import {
  createDunningPlan,
  type DunningChannel,
  type DunningMoment,
  type DunningPlanView,
  dunningChannels,
  dunningMoments,
  updateDunningPlan,
} from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { App, Checkbox, Form, Input, InputNumber, Select, Space, Switch } from 'antd';
import { call } from '../../api/api.ts';
import { FormDrawer } from '../../resource-ui/form-drawer.tsx';
import { ReferencesSelect } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';

interface PlanValues {
  communityId: string;
  name: string;
  chargeItemIds: string[];
  moment: DunningMoment;
  days: number | null;
  channels: DunningChannel[];
  atHour: number;
  isEnabled: boolean;
}

const options = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));
const required = (message: string) => ({ required: true, message });
const hours = Array.from({ length: 24 }, (_, hour) => ({ value: hour, label: `${hour} 点` }));

/** When a plan asks, for which items, by which channels. */
export default function DunningPlanForm({
  plan,
  onClose,
}: {
  plan: DunningPlanView | undefined;
  onClose: (isSaved: boolean) => void;
}) {
  const { message } = App.useApp();
  const { communities } = useSession();
  const { id: communityId } = useCommunity();
  const [form] = Form.useForm<PlanValues>();
  const moment = Form.useWatch('moment', form) ?? plan?.moment ?? 'beforeDue';
  const hasDays = moment === 'beforeDue' || moment === 'afterDue';
  const save = useMutation({
    mutationFn: async ({ communityId: chosen, ...values }: PlanValues) => {
      const terms = { ...values, days: hasDays ? (values.days ?? 0) : 0 };
      if (plan) await call(updateDunningPlan, { params: { id: plan.id }, body: { ...terms, version: plan.version } });
      else await call(createDunningPlan, { body: { ...terms, communityId: chosen } });
    },
    onSuccess() {
      message.success('催缴计划已保存');
      onClose(true);
    },
  });
  const initial: Partial<PlanValues> = plan ?? {
    ...(communityId ? { communityId } : {}),
    name: '',
    chargeItemIds: [],
    moment: 'beforeDue',
    days: 3,
    channels: ['wechat'],
    atHour: 9,
    isEnabled: true,
  };
  return (
    <FormDrawer
      title={plan ? `修改催缴计划“${plan.name}”` : '新增催缴计划'}
      form={form}
      initialValues={initial}
      isSaving={save.isPending}
      error={save.error}
      onSave={(values) => save.mutate(values)}
      onClose={() => onClose(false)}
    >
      {plan ? null : (
        <Form.Item name="communityId" label="小区" rules={[required('请选择小区')]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={communities.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      )}
      <Form.Item name="name" label="计划名称" rules={[required('请填写计划名称')]}>
        <Input maxLength={40} placeholder="如：到期提醒" />
      </Form.Item>
      <Form.Item name="chargeItemIds" label="收费项目" help="不选为全部项目">
        <ReferencesSelect to="chargeItem" />
      </Form.Item>
      <Space align="start" size="middle">
        <Form.Item name="moment" label="何时" rules={[required('请选择何时催缴')]}>
          <Select style={{ width: 180 }} options={options(dunningMoments)} />
        </Form.Item>
        {hasDays ? (
          <Form.Item name="days" label="天数" rules={[required('请填写天数')]}>
            <InputNumber aria-label="天数" min={1} max={365} precision={0} />
          </Form.Item>
        ) : null}
        <Form.Item name="atHour" label="几点">
          <Select style={{ width: 90 }} options={hours} />
        </Form.Item>
      </Space>
      <Form.Item name="channels" label="渠道" rules={[required('请至少选一个渠道')]}>
        <Checkbox.Group options={options(dunningChannels)} />
      </Form.Item>
      <Form.Item name="isEnabled" label="启用" valuePropName="checked" help="启用的从明天开始">
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}
