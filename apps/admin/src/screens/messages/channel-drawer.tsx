import {
  type ChannelField,
  type ChannelView,
  channelFields,
  channelForms,
  channelLabels,
  saveChannel,
  type TemplateMapping,
  testChannel,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input, Select, Switch } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useSession } from '../../session/session-context.ts';
import { ChannelTemplates, type TemplateEvent } from './channel-templates.tsx';
import styles from './messages.module.css';

interface ChannelDrawerProps {
  channel: ChannelView;
  events: readonly TemplateEvent[];
  isDemo: boolean;
  onClose: () => void;
}

interface ChannelValues {
  provider: string;
  isOn: boolean;
  fields: Record<string, string | undefined>;
}

/** Account, templates and a test message of one channel. Secrets are typed, never shown. */
export function ChannelDrawer({ channel, events, isDemo, onClose }: ChannelDrawerProps) {
  const { message } = App.useApp();
  const { permissions } = useSession();
  const queries = useQueryClient();
  const [form] = Form.useForm<ChannelValues>();
  const [templates, setTemplates] = useState<Record<string, TemplateMapping>>(channel.templates);
  const { providers, fields, hasTemplates } = channelForms[channel.channel];
  const provider = Form.useWatch('provider', form) ?? channel.provider;
  const mayEdit = permissions.includes('messageChannel.edit');
  const save = useMutation({
    mutationFn: ({ provider, isOn, fields: values }: ChannelValues) => {
      const pick = (isSecret: boolean) =>
        Object.fromEntries(
          fields
            .filter((field) => (field.isSecret ?? false) === isSecret)
            .map((field) => [field.key, values[field.key]?.trim() ?? '']),
        );
      const body = { provider, isOn, settings: pick(false), secrets: pick(true), version: channel.version };
      const used = Object.entries(templates).filter(([, one]) => one.templateId.trim() !== '');
      return call(saveChannel, {
        params: { channel: channel.channel },
        body: { ...body, templates: Object.fromEntries(used) },
      });
    },
    onSuccess: () => message.success('已保存'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['messageChannels'] }),
  });
  const isChosen = Object.keys(providers).filter((one) => one !== 'development' || isDemo || channel.provider === one);
  return (
    <Drawer
      open
      title={channelLabels[channel.channel]}
      size={640}
      onClose={onClose}
      extra={
        mayEdit ? (
          <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
            保存
          </Button>
        ) : null
      }
    >
      {save.error ? (
        <Alert type="error" showIcon role="alert" title={errorText(save.error)} style={{ marginBottom: 16 }} />
      ) : null}
      <Form<ChannelValues>
        form={form}
        layout="vertical"
        disabled={!mayEdit}
        initialValues={{ provider: channel.provider, isOn: channel.isOn, fields: channel.settings }}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item name="isOn" label="启用" valuePropName="checked">
          <Switch aria-label="启用" />
        </Form.Item>
        <Form.Item name="provider" label="服务商" hidden={isChosen.length < 2}>
          <Select options={isChosen.map((key) => ({ value: key, label: providers[key] }))} />
        </Form.Item>
        {channelFields(channel.channel, provider).map((field) => (
          <Form.Item key={field.key} name={['fields', field.key]} label={field.label} extra={field.hint}>
            {inputOf(field, channel.keptSecrets.includes(field.key))}
          </Form.Item>
        ))}
      </Form>
      {hasTemplates ? (
        <ChannelTemplates
          naming={channel.channel !== 'sms' ? 'wechat' : provider === 'aliyun' ? 'smsNamed' : 'counted'}
          events={channel.channel === 'sms' ? events : events.filter((one) => one.kind !== 'signIn.code')}
          templates={templates}
          isReadOnly={!mayEdit}
          onChange={setTemplates}
        />
      ) : null}
      {mayEdit && channel.version > 0 ? <TestMessage channel={channel.channel} /> : null}
    </Drawer>
  );
}

const inputOf = (field: ChannelField, isKept: boolean) =>
  field.isSecret ? (
    <Input.Password
      autoComplete="new-password"
      maxLength={300}
      placeholder={isKept ? '已保存，不修改请留空' : '尚未填写'}
    />
  ) : field.choices ? (
    <Select
      placeholder={Object.values(field.choices)[0]}
      options={Object.entries(field.choices).map(([value, label]) => ({ value, label }))}
    />
  ) : (
    <Input maxLength={300} />
  );

/** What the provider answers to the saved settings, in its own words. */
function TestMessage({ channel }: { channel: ChannelView['channel'] }) {
  const [address, setAddress] = useState('');
  const { addressLabel } = channelForms[channel];
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => call(testChannel, { params: { channel }, body: { address } }),
  });
  return (
    <>
      <h3 className={styles.group}>发一条测试消息</h3>
      <p className="muted">使用已保存的设置；刚改过的请先保存。</p>
      <div className={styles.test}>
        <Input
          aria-label={addressLabel}
          placeholder={addressLabel}
          maxLength={100}
          value={address}
          onChange={(event) => setAddress(event.target.value)}
        />
        <Button loading={isPending} disabled={address.trim() === ''} onClick={() => mutate()}>
          发送
        </Button>
      </div>
      {error ? <Alert type="error" showIcon role="alert" title={errorText(error)} /> : null}
      {data ? (
        <Alert
          role="alert"
          type={data.isSent ? 'success' : 'error'}
          showIcon
          title={data.isSent ? '对方已接收' : '没有发出'}
          description={`对方应答：${data.code} ${data.answer}`}
        />
      ) : null}
    </>
  );
}
