import {
  type ApprovalFlowView,
  type ApprovalLevel,
  approvalModes,
  createApprovalFlow,
  listApproverChoices,
  updateApprovalFlow,
} from '@anlin/contract';
import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery } from '@tanstack/react-query';
import { App, Button, Flex, Form, Input, Select, Space, Switch, Typography } from 'antd';
import { call } from '../../api/api.ts';
import { FormDrawer } from '../../resource-ui/form-drawer.tsx';
import { useSession } from '../../session/session-context.ts';

interface FlowForm {
  name: string;
  action: string;
  isEnabled: boolean;
  amountFrom?: string;
  amountTo?: string;
  communityIds: string[];
  /** Approvers as `person:<id>`, `group:<id>` and `departmentHead:`. */
  levels: { mode: ApprovalLevel['mode']; approvers: string[] }[];
}

/** The head of whichever department the requester works in. */
const headOfDepartment = 'departmentHead:';

const amountRule = { pattern: /^\d{1,12}(\.\d{1,2})?$/, message: '应为不小于 0 的数字，最多两位小数' };

interface ApprovalFlowFormProps {
  flow: ApprovalFlowView | undefined;
  actions: readonly { key: string; label: string; hasAmount: boolean }[];
  onClose: (isSaved: boolean) => void;
}

/** Designs a flow: which action, under which conditions, whose agreement level by level. */
export default function ApprovalFlowForm({ flow, actions, onClose }: ApprovalFlowFormProps) {
  const { message } = App.useApp();
  const { communities } = useSession();
  const [form] = Form.useForm<FlowForm>();
  const action = Form.useWatch('action', form);
  const hasAmount = actions.find((one) => one.key === action)?.hasAmount === true;
  const save = useMutation({
    mutationFn: async (values: FlowForm) => {
      const body = bodyOf(values, hasAmount);
      if (flow) await call(updateApprovalFlow, { params: { id: flow.id }, body: { ...body, version: flow.version } });
      else await call(createApprovalFlow, { body });
    },
    onSuccess() {
      message.success('审批流程已保存');
      onClose(true);
    },
  });
  return (
    <FormDrawer
      title={flow ? `修改审批流程“${flow.name}”` : '新增审批流程'}
      size={680}
      form={form}
      initialValues={initialOf(flow)}
      isSaving={save.isPending}
      error={save.error}
      onSave={(values) => save.mutate(values)}
      onClose={() => onClose(false)}
    >
      <Form.Item name="action" label="操作类型" rules={[{ required: true, message: '请选择操作' }]}>
        <Select placeholder="选择要审批的操作" options={actions.map(({ key, label }) => ({ value: key, label }))} />
      </Form.Item>
      <Form.Item name="name" label="流程名称" rules={[{ required: true, whitespace: true, message: '请填写流程名称' }]}>
        <Input maxLength={40} placeholder="如：大额作废须经理审批" />
      </Form.Item>
      <Form.Item name="communityIds" label="适用小区" extra="不选表示全部小区">
        <Select
          mode="multiple"
          placeholder="全部小区"
          showSearch={{ optionFilterProp: 'label' }}
          options={communities.map(({ id, name }) => ({ value: id, label: name }))}
        />
      </Form.Item>
      {hasAmount ? (
        <Space size={16} align="start">
          <Form.Item name="amountFrom" label="金额满（元）" rules={[amountRule]} extra="不填表示不限">
            <Input style={{ width: 200 }} />
          </Form.Item>
          <Form.Item name="amountTo" label="且不满（元）" rules={[amountRule]}>
            <Input style={{ width: 200 }} />
          </Form.Item>
        </Space>
      ) : null}
      <Typography.Title level={5}>审批人</Typography.Title>
      <LevelFields />
      <Form.Item name="isEnabled" label="启用" valuePropName="checked">
        <Switch checkedChildren="启用" unCheckedChildren="停用" />
      </Form.Item>
    </FormDrawer>
  );
}

function LevelFields() {
  const { data } = useQuery({
    queryKey: ['approvalFlow', 'choices'],
    queryFn: ({ signal }) => call(listApproverChoices, { signal }),
  });
  const options = [
    { label: '按申请人', options: [{ value: headOfDepartment, label: '部门负责人（申请人的）' }] },
    {
      label: '指定人员',
      options:
        data?.people.map(({ id, name, position }) => ({
          value: `person:${id}`,
          label: position ? `${name}（${position}）` : name,
        })) ?? [],
    },
    {
      label: '权限组',
      options:
        data?.groups.map(({ id, name, memberCount }) => ({
          value: `group:${id}`,
          label: `权限组“${name}”（${memberCount} 人）`,
        })) ?? [],
    },
  ];
  return (
    <Form.List name="levels">
      {(fields, { add, remove }) => (
        <>
          {fields.map((field, index) => (
            <Flex key={field.key} gap={12} align="start">
              <Form.Item
                style={{ flex: 1 }}
                name={[field.name, 'approvers']}
                label={`第 ${index + 1} 级`}
                rules={[{ required: true, message: '请选择审批人' }]}
              >
                <Select
                  mode="multiple"
                  loading={!data}
                  placeholder="选择员工、权限组或部门负责人"
                  showSearch={{ optionFilterProp: 'label' }}
                  options={options}
                />
              </Form.Item>
              <Form.Item name={[field.name, 'mode']} label={`第 ${index + 1} 级怎么算通过`} style={{ width: 160 }}>
                <Select options={Object.entries(approvalModes).map(([value, label]) => ({ value, label }))} />
              </Form.Item>
              {fields.length > 1 ? (
                <Button
                  type="text"
                  style={{ marginTop: 30 }}
                  aria-label={`删除第 ${index + 1} 级`}
                  icon={<MinusCircleOutlined />}
                  onClick={() => remove(field.name)}
                />
              ) : null}
            </Flex>
          ))}
          {fields.length < 9 ? (
            <Form.Item>
              <Button icon={<PlusOutlined />} onClick={() => add({ mode: 'any', approvers: [] })}>
                再加一级
              </Button>
            </Form.Item>
          ) : null}
        </>
      )}
    </Form.List>
  );
}

function initialOf(flow: ApprovalFlowView | undefined): Partial<FlowForm> {
  if (!flow) return { isEnabled: true, communityIds: [], levels: [{ mode: 'any', approvers: [] }] };
  return {
    name: flow.name,
    action: flow.action,
    isEnabled: flow.isEnabled,
    communityIds: flow.communityIds,
    ...(flow.amountFrom === null ? {} : { amountFrom: flow.amountFrom }),
    ...(flow.amountTo === null ? {} : { amountTo: flow.amountTo }),
    levels: flow.levels.map(({ mode, approvers }) => ({
      mode,
      approvers: approvers.map(({ kind, id }) => `${kind}:${id ?? ''}`),
    })),
  };
}

function bodyOf(values: FlowForm, hasAmount: boolean) {
  const amount = (text: string | undefined) => (hasAmount && text ? text : null);
  return {
    name: values.name,
    action: values.action,
    isEnabled: values.isEnabled,
    communityIds: values.communityIds ?? [],
    amountFrom: amount(values.amountFrom),
    amountTo: amount(values.amountTo),
    levels: values.levels.map(({ mode, approvers }) => ({
      mode,
      approvers: approvers.map((one) => {
        const [kind, id = ''] = one.split(':');
        if (one === headOfDepartment) return { kind: 'departmentHead' as const, id: null };
        return { kind: kind === 'group' ? ('group' as const) : ('person' as const), id };
      }),
    })),
  };
}
