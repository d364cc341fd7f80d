import {
  listWebhookEndpoints,
  readOpenPlatform,
  renewWebhookSecret,
  type WebhookEndpointView,
  webhookEvents,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Popconfirm, Skeleton, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { type NewSecret, SecretDialog } from './secret-dialog.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';

/** Where a community's events are pushed to. */
export function WebhookPanel({ communityId }: { communityId: string }) {
  const mayEdit = useCan()('openPlatform.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [edited, setEdited] = useState<WebhookEndpointView | 'new'>();
  const [secret, setSecret] = useState<NewSecret>();
  const { data, error } = useQuery({
    queryKey: ['webhookEndpoints', communityId],
    queryFn: ({ signal }) => call(listWebhookEndpoints, { query: { communityId }, signal }),
    refetchInterval: 15_000,
  });
  const platform = useQuery({
    queryKey: ['openPlatform', communityId],
    queryFn: ({ signal }) => call(readOpenPlatform, { query: { communityId }, signal }),
  });
  const renew = useMutation({
    mutationFn: (id: string) => call(renewWebhookSecret, { params: { id } }),
    onSuccess: (made) => setSecret({ items: [{ label: '签名密钥', text: made.secret }] }),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhookEndpoints'] }),
  });
  const problem = error ?? platform.error;
  if (problem) return <Alert type="error" showIcon title={errorText(problem)} />;
  if (!data || !platform.data) return <Skeleton active />;
  const { grants } = platform.data;
  return (
    <>
      {mayEdit ? (
        <Button
          type="primary"
          disabled={grants.length === 0}
          style={{ marginBottom: 12 }}
          onClick={() => setEdited('new')}
        >
          新增推送地址
        </Button>
      ) : null}
      <Table<WebhookEndpointView>
        rowKey="id"
        size="small"
        pagination={false}
        scroll={{ x: 900 }}
        dataSource={data.rows}
        locale={{ emptyText: '还没有推送地址。填写后，收款、退款、入住会在一分钟内推送过去' }}
        columns={[
          { title: '应用', dataIndex: 'appName', width: 140 },
          { title: '推送地址', dataIndex: 'url', ellipsis: true },
          {
            title: '事件',
            width: 220,
            render: (_, row) => row.events.map((one) => webhookEvents[one].label).join('、'),
          },
          { title: '待推送', dataIndex: 'waitingCount', width: 72, align: 'right' },
          {
            title: '已放弃',
            width: 72,
            align: 'right',
            render: (_, row) => (row.givenUpCount > 0 ? <Tag color="error">{row.givenUpCount}</Tag> : 0),
          },
          {
            title: '状态',
            width: 110,
            render: (_, row) =>
              row.isUsable ? (
                <Tag color={row.isOn ? 'success' : 'default'}>{row.isOn ? '已启用' : '已停用'}</Tag>
              ) : (
                <Tag color="error">须换签名密钥</Tag>
              ),
          },
          {
            title: '操作',
            width: 190,
            render: (_, row) =>
              mayEdit ? (
                <Space>
                  <Button size="small" onClick={() => setEdited(row)}>
                    修改
                  </Button>
                  <Popconfirm
                    title="更换签名密钥？"
                    description="旧的立即失效，对方换好之前会拒收，之后自动重试。"
                    okText="更换"
                    cancelText="取消"
                    onConfirm={() => renew.mutate(row.id)}
                  >
                    <Button size="small">换签名密钥</Button>
                  </Popconfirm>
                </Space>
              ) : null,
          },
        ]}
      />
      {edited ? (
        <WebhookDialog
          grants={grants}
          endpoint={edited === 'new' ? undefined : edited}
          onClose={(made) => {
            setEdited(undefined);
            if (made) setSecret(made);
          }}
        />
      ) : null}
      {secret ? <SecretDialog secret={secret} onClose={() => setSecret(undefined)} /> : null}
    </>
  );
}
