import {
  createWebhookEndpoint,
  type OpenGrantView,
  updateWebhookEndpoint,
  type WebhookEndpointView,
  type WebhookEvent,
  webhookEventNames,
  webhookEvents,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Checkbox, Form, Input, Modal, Select, Space, Switch } from 'antd';
import { call, errorText } from '../../api/api.ts';
import type { NewSecret } from './secret-dialog.tsx';

interface Values {
  partnerGrantId: string;
  url: string;
  events: WebhookEvent[];
  isOn: boolean;
}

interface WebhookDialogProps {
  grants: readonly OpenGrantView[];
  endpoint: WebhookEndpointView | undefined;
  onClose: (made?: NewSecret) => void;
}

/** Where to push what. */
export function WebhookDialog({ grants, endpoint, onClose }: WebhookDialogProps) {
  const [form] = Form.useForm<Values>();
  const queries = useQueryClient();
  const grantId = Form.useWatch('partnerGrantId', form);
  const granted = grants.find((one) => one.id === (grantId ?? endpoint?.partnerGrantId))?.scopes ?? [];
  const save = useMutation({
    mutationFn: async ({ isOn, partnerGrantId, ...body }: Values): Promise<NewSecret | undefined> => {
      if (endpoint) {
        const { id, version } = endpoint;
        await call(updateWebhookEndpoint, { params: { id }, body: { ...body, isOn, version } });
        return undefined;
      }
      const { secret } = await call(createWebhookEndpoint, { body: { ...body, partnerGrantId } });
      return { items: [{ label: '签名密钥', text: secret }] };
    },
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['webhookEndpoints'] });
      onClose(made);
    },
  });
  const required = (message: string) => [{ required: true, message }];
  return (
    <Modal
      open
      width={640}
      title={endpoint ? '修改推送地址' : '新增推送地址'}
      okText="保存"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending }}
      onOk={form.submit}
      onCancel={() => onClose()}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={endpoint ?? { partnerGrantId: grants[0]?.id, events: [], isOn: true }}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item name="partnerGrantId" label="应用" rules={required('请选择应用')}>
          <Select
            disabled={endpoint !== undefined}
            options={grants.map(({ id, appName }) => ({ value: id, label: appName }))}
          />
        </Form.Item>
        <Form.Item name="url" label="推送地址" extra="须是 https 的公网地址，不跟随跳转" rules={required('请填写地址')}>
          <Input maxLength={500} placeholder="https://erp.example.com/anlin/hook" />
        </Form.Item>
        <Form.Item name="events" label="事件" rules={required('请至少选择一种事件')}>
          <Checkbox.Group>
            <Space orientation="vertical" size={4}>
              {webhookEventNames.map((name) => (
                <Checkbox key={name} value={name} disabled={!granted.includes(webhookEvents[name].scope)}>
                  {webhookEvents[name].label} <span className="muted">{webhookEvents[name].note}</span>
                </Checkbox>
              ))}
            </Space>
          </Checkbox.Group>
        </Form.Item>
        <Form.Item
          name="isOn"
          label="启用"
          valuePropName="checked"
          hidden={endpoint === undefined}
          extra="停用期间发生的事不会补推，请对方用接口拉取"
        >
          <Switch />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
