import {
  getWebhookDelivery,
  listWebhookDeliveries,
  resendWebhookDelivery,
  type WebhookDeliveryView,
  webhookEvents,
  webhookStates,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Descriptions, Drawer, Select, Skeleton, Table, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';

type State = keyof typeof webhookStates;
const colours: Readonly<Record<State, string>> = {
  waiting: 'default',
  sending: 'processing',
  failed: 'warning',
  sent: 'success',
  givenUp: 'error',
};
const eventText = (kind: string) => webhookEvents[kind as keyof typeof webhookEvents]?.label ?? kind;
const isState = (text: string | undefined): text is State => text !== undefined && text in webhookStates;

/** Every push, how it went, and sending it again. */
export function PushPanel({ communityId }: { communityId: string }) {
  const { search, change } = useAddress();
  const [openedId, setOpenedId] = useState<string>();
  const state = isState(search.state) ? search.state : undefined;
  const page = Number(search.page ?? '1') || 1;
  const { data, error } = useQuery({
    queryKey: ['webhookDeliveries', communityId, state, page],
    queryFn: ({ signal }) =>
      call(listWebhookDeliveries, { query: { communityId, page, ...(state ? { state } : {}) }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  return (
    <>
      <Select
        aria-label="状态"
        allowClear
        placeholder="全部状态"
        style={{ width: 140, marginBottom: 12 }}
        value={state ?? null}
        options={Object.entries(webhookStates).map(([value, label]) => ({ value, label }))}
        onChange={(next) => change({ state: next ?? undefined, page: undefined })}
      />
      <Table<WebhookDeliveryView>
        rowKey="id"
        size="small"
        loading={!data}
        scroll={{ x: 900 }}
        dataSource={data?.rows ?? []}
        locale={{ emptyText: '还没有推送' }}
        pagination={{
          current: page,
          pageSize: 50,
          total: data?.total ?? 0,
          showSizeChanger: false,
          hideOnSinglePage: true,
          onChange: (next) => change({ page: String(next) }),
        }}
        onRow={(row) => ({ onClick: () => setOpenedId(row.id), style: { cursor: 'pointer' } })}
        columns={[
          { title: '时间', width: 140, render: (_, row) => instantText(row.createdAt) },
          { title: '事件', width: 100, render: (_, row) => eventText(row.eventKind) },
          { title: '应用', dataIndex: 'appName', width: 130, ellipsis: true },
          { title: '推送地址', dataIndex: 'url', ellipsis: true },
          {
            title: '状态',
            width: 110,
            render: (_, row) => <Tag color={colours[row.state]}>{webhookStates[row.state]}</Tag>,
          },
          { title: '次数', dataIndex: 'attemptCount', width: 60, align: 'right' },
          { title: '最近应答', dataIndex: 'lastAnswer', width: 220, ellipsis: true },
        ]}
      />
      {openedId ? <PushDrawer id={openedId} onClose={() => setOpenedId(undefined)} /> : null}
    </>
  );
}

function PushDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const mayEdit = useCan()('openPlatform.edit');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ['webhookDeliveries', 'one', id],
    queryFn: ({ signal }) => call(getWebhookDelivery, { params: { id }, signal }),
    refetchInterval: 5000,
  });
  const resend = useMutation({
    mutationFn: () => call(resendWebhookDelivery, { params: { id } }),
    onSuccess: () => message.success('已重新排队，稍后看结果'),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhookDeliveries'] }),
  });
  const mayResend = mayEdit && (data?.state === 'givenUp' || data?.state === 'failed');
  return (
    <Drawer
      open
      size={720}
      title={data ? `推送 · ${eventText(data.eventKind)}` : '推送'}
      onClose={onClose}
      extra={
        mayResend ? (
          <Button type="primary" loading={resend.isPending} onClick={() => resend.mutate()}>
            重发
          </Button>
        ) : null
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {data ? (
        <>
          <Descriptions
            size="small"
            bordered
            column={1}
            items={[
              { label: '事件编号', children: data.eventId },
              { label: '推送地址', children: data.url },
              { label: '状态', children: <Tag color={colours[data.state]}>{webhookStates[data.state]}</Tag> },
              { label: '下次重试', children: data.nextAttemptAt ? instantText(data.nextAttemptAt) : '—' },
            ]}
          />
          <h3>经过</h3>
          <Table
            size="small"
            rowKey={(row) => `${row.number} ${row.startedAt}`}
            pagination={false}
            dataSource={data.attempts}
            locale={{ emptyText: '还没有推送' }}
            columns={[
              { title: '次', dataIndex: 'number', width: 44 },
              { title: '时间', width: 150, render: (_, row) => instantText(row.startedAt) },
              {
                title: '用时',
                width: 90,
                align: 'right',
                render: (_, row) => (row.milliseconds === null ? '中断' : `${row.milliseconds} 毫秒`),
              },
              { title: 'HTTP', width: 70, render: (_, row) => row.status ?? '—' },
              { title: '应答', dataIndex: 'answer', ellipsis: true },
            ]}
          />
          <h3>内容</h3>
          <pre style={{ whiteSpace: 'pre-wrap', wordBreak: 'break-all' }}>
            {JSON.stringify(JSON.parse(data.body), null, 2)}
          </pre>
        </>
      ) : null}
    </Drawer>
  );
}
