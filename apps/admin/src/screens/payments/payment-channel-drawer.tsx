import {
  channelFieldsOf,
  channelIdLabels,
  channelKinds,
  createPaymentChannel,
  deletePaymentChannel,
  type PaymentApplication,
  type PaymentChannelKind,
  type PaymentChannelView,
  type PaymentField,
  paymentApplications,
  surplusRules,
  testPaymentChannel,
  updatePaymentChannel,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Form, Input, Radio, Select, Space, Switch } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { SettingsDrawer } from '../../resource-ui/settings-drawer.tsx';
import { useCan, useSession } from '../../session/session-context.ts';

interface Values {
  kind: PaymentChannelKind;
  communityId: string;
  name: string;
  applications: PaymentApplication[];
  merchantId: string;
  appId?: string;
  surplus: keyof typeof surplusRules;
  isOn: boolean;
  fields: Record<string, string | undefined>;
}

const wholeCompany = '*';
const optionsOf = <Key extends string>(labels: Readonly<Record<Key, string>>) =>
  (Object.entries(labels) as [Key, string][]).map(([value, label]) => ({ value, label }));

/** An account at a channel. What it asks for is drawn from the kind; secrets are typed, never shown. */
export default function PaymentChannelDrawer({
  channel,
  onClose,
}: {
  channel: PaymentChannelView | undefined;
  onClose: () => void;
}) {
  const { message } = App.useApp();
  const { communities } = useSession();
  const mayEdit = useCan()('paymentChannel.edit');
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const kind = Form.useWatch('kind', form) ?? channel?.kind ?? 'wechat';
  const typed = Form.useWatch('fields', form) ?? channel?.settings ?? {};
  const fields = channelFieldsOf[kind];
  const isShown = ({ shownFor }: PaymentField) => !shownFor || typed[shownFor.key] === shownFor.value;
  const refresh = () => queries.invalidateQueries({ queryKey: ['paymentChannels'] });
  const finish = async (text: string) => {
    message.success(text);
    await refresh();
    onClose();
  };
  const save = useMutation({
    mutationFn: async (values: Values) => {
      const pick = (isSecret: boolean) =>
        Object.fromEntries(
          fields
            .filter((field) => (field.isSecret ?? false) === isSecret && isShown(field))
            .map((field) => [field.key, values.fields?.[field.key]?.trim() ?? ''] as const)
            .filter(([, value]) => value !== ''),
        );
      const body = {
        name: values.name,
        applications: values.applications,
        merchantId: values.merchantId,
        appId: values.appId ?? '',
        surplus: values.surplus,
        isOn: values.isOn,
        settings: pick(false),
        secrets: pick(true),
      };
      if (channel)
        await call(updatePaymentChannel, { params: { id: channel.id }, body: { ...body, version: channel.version } });
      else
        await call(createPaymentChannel, {
          body: {
            ...body,
            kind: values.kind,
            communityId: values.communityId === wholeCompany ? null : values.communityId,
          },
        });
    },
    onSuccess: () => finish('已保存'),
  });
  const remove = useMutation({
    mutationFn: () => call(deletePaymentChannel, { params: { id: channel?.id ?? '' } }),
    onSuccess: () => finish('已删除'),
    onError: (error) => message.error(errorText(error)),
  });
  const required = (label: string) => [{ required: true, whitespace: true, message: `请填写${label}` }];
  const ids = channelIdLabels[kind];
  return (
    <SettingsDrawer
      title={channel ? `收款渠道 · ${channel.name}` : '新增收款渠道'}
      mayEdit={mayEdit}
      isSaving={save.isPending}
      error={save.error}
      deleteQuestion={channel ? '删除这个收款渠道？' : undefined}
      onSave={form.submit}
      onDelete={() => remove.mutate()}
      onClose={onClose}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        disabled={!mayEdit}
        initialValues={
          channel
            ? { ...channel, fields: channel.settings }
            : {
                kind: 'wechat',
                communityId: wholeCompany,
                applications: ['fees'],
                surplus: 'prepaid',
                isOn: true,
                fields: { mode: 'publicKey', siteUrl: window.location.origin },
              }
        }
        onFinish={(values) => save.mutate(values)}
      >
        <div style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', columnGap: 16 }}>
          <Form.Item name="kind" label="渠道">
            <Select disabled={channel !== undefined} options={optionsOf(channelKinds)} />
          </Form.Item>
          {channel ? (
            <Form.Item label="适用">
              <Input disabled value={channel.communityName} />
            </Form.Item>
          ) : (
            <Form.Item name="communityId" label="适用">
              <Select
                options={[
                  { value: wholeCompany, label: '全公司' },
                  ...communities.map((one) => ({ value: one.id, label: one.name })),
                ]}
              />
            </Form.Item>
          )}
          <Form.Item name="name" label="名称" rules={required('名称')}>
            <Input maxLength={40} placeholder={`如 ${channelKinds[kind]}（公司户）`} />
          </Form.Item>
          <Form.Item name="isOn" label="启用" valuePropName="checked">
            <Switch aria-label="启用" />
          </Form.Item>
          <Form.Item name="merchantId" label={ids.merchantId} rules={required(ids.merchantId)}>
            <Input maxLength={40} />
          </Form.Item>
          <Form.Item name="appId" label={ids.appId} rules={kind === 'unionpay' ? [] : required(ids.appId)}>
            <Input maxLength={40} />
          </Form.Item>
        </div>
        <Form.Item
          name="applications"
          label="用途"
          rules={[{ required: true, message: '请选择用途' }]}
          extra="同一小区的同一用途，每种渠道启用一个"
        >
          <Checkbox.Group options={optionsOf(paymentApplications)} />
        </Form.Item>
        {fields.filter(isShown).map((field) => (
          <Form.Item key={field.key} name={['fields', field.key]} label={field.label} extra={field.help}>
            <FieldInput field={field} isKept={channel?.secretKeys.includes(field.key) ?? false} />
          </Form.Item>
        ))}
        <Form.Item
          name="surplus"
          label="多收的款"
          extra="付款到账时账单已在别处付清、作废，或订单已关闭，又没有可付的账单时"
        >
          <Radio.Group options={optionsOf(surplusRules)} />
        </Form.Item>
      </Form>
      {channel && mayEdit ? <TestChannel id={channel.id} /> : null}
    </SettingsDrawer>
  );
}

/** The control a field asks for; antd hands value and change over. */
function FieldInput({ field, isKept, ...control }: { field: PaymentField; isKept: boolean }) {
  const placeholder = field.isSecret ? (isKept ? '已保存，不修改请留空' : '尚未填写') : '';
  if (field.choices) return <Select {...control} options={optionsOf(field.choices)} />;
  if (field.isLong)
    return (
      <Input.TextArea
        {...control}
        rows={4}
        maxLength={8000}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        style={{ fontFamily: 'monospace', fontSize: 12 }}
      />
    );
  if (field.isSecret)
    return <Input.Password {...control} autoComplete="new-password" maxLength={200} placeholder={placeholder} />;
  return <Input {...control} maxLength={200} />;
}

/** Whether the channel knows the merchant and the keys fit. */
function TestChannel({ id }: { id: string }) {
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => call(testPaymentChannel, { params: { id } }),
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Space>
        <Button loading={isPending} onClick={() => mutate()}>
          测试
        </Button>
        <span className="muted">使用已保存的设置，不会产生扣款</span>
      </Space>
      {error ? <Alert type="error" showIcon role="alert" title={errorText(error)} /> : null}
      {data ? <Alert type={data.isGood ? 'success' : 'error'} showIcon role="alert" title={data.answer} /> : null}
    </Space>
  );
}
