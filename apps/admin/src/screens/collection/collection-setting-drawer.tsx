import { type CollectionSetting, readCollectionSetting, saveCollectionSetting } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input, Skeleton, Space, Switch } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';

/** What codes of a community allow. */
export default function CollectionSettingDrawer({
  communityId: first,
  onClose,
}: {
  communityId: string | undefined;
  onClose: () => void;
}) {
  const [communityId, setCommunityId] = useState(first);
  const setting = useQuery({
    queryKey: ['collectionSetting', communityId],
    queryFn: ({ signal }) => call(readCollectionSetting, { query: { communityId: communityId! }, signal }),
    enabled: communityId !== undefined,
  });
  return (
    <Drawer open size={480} title="收款码设置" onClose={onClose}>
      <Form layout="vertical">
        <Form.Item label="小区">
          <ReferenceSelect
            to="community"
            aria-label="小区"
            value={communityId ?? null}
            onChange={(id) => setCommunityId(id ?? undefined)}
            placeholder="请选择小区"
          />
        </Form.Item>
      </Form>
      {setting.error ? <Alert type="error" showIcon title={errorText(setting.error)} /> : null}
      {communityId && setting.isPending ? <Skeleton active /> : null}
      {communityId && setting.data ? (
        <SettingForm key={`${communityId} ${setting.data.version}`} communityId={communityId} setting={setting.data} />
      ) : null}
    </Drawer>
  );
}

type SettingValues = Omit<CollectionSetting, 'version'>;

function SettingForm({ communityId, setting }: { communityId: string; setting: CollectionSetting }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<SettingValues>();
  const takesAmounts = Form.useWatch('takesAmounts', form) ?? setting.takesAmounts;
  const save = useMutation({
    mutationFn: (values: SettingValues) =>
      call(saveCollectionSetting, { body: { ...setting, ...values, communityId, version: setting.version } }),
    onSuccess: async () => {
      message.success('收款码设置已保存');
      await queries.invalidateQueries({ queryKey: ['collectionSetting', communityId] });
    },
  });
  const yuan = (name: 'minAmount' | 'maxAmount', label: string) => (
    <Form.Item name={name} label={label} rules={[{ required: true, message: '请填写金额' }]}>
      <Input className="figures" inputMode="decimal" suffix="元" style={{ width: 160 }} />
    </Form.Item>
  );
  return (
    <Form<SettingValues>
      form={form}
      layout="vertical"
      initialValues={setting}
      onFinish={(values) => save.mutate(values)}
    >
      <Form.Item
        name="takesAmounts"
        label="不登记也可以直接付款"
        valuePropName="checked"
        extra="关闭后，扫码的人须登录缴自己的账单"
      >
        <Switch />
      </Form.Item>
      <Space hidden={!takesAmounts}>
        {yuan('minAmount', '每次最低')}
        {yuan('maxAmount', '每次最高')}
      </Space>
      <Form.Item
        name="remarkHint"
        label="备注提示"
        rules={[{ required: true, whitespace: true, message: '请填写备注提示' }]}
      >
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item
        name="showsDue"
        label="门牌码向任何人显示应缴合计"
        valuePropName="checked"
        extra="打开后，扫门牌码的人不登录也能看到这一户的应缴合计（没有姓名和明细）。请先征得业主同意"
      >
        <Switch />
      </Form.Item>
      <Form.Item name="slogan" label="海报上的一句话">
        <Input maxLength={60} placeholder="如：在线缴费，随时随地" />
      </Form.Item>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} style={{ marginBottom: 16 }} /> : null}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        保存
      </Button>
    </Form>
  );
}
