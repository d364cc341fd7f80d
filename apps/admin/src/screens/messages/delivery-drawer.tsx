import { type AttemptView, channelLabels, deliveryStates, getDelivery, resendDelivery } from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Descriptions, Drawer, Skeleton, Table, Tag } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/text-of.ts';
import { useSession } from '../../session/session-context.ts';
import { stateColours } from './state-colours.ts';

const outcomes: Readonly<Record<string, string>> = {
  sent: '已发送',
  found: '核实：之前已发出',
  refused: '被拒绝',
  limited: '对方限流',
  unreachable: '没有送到',
  unknown: '不知道是否送到',
};

/** One delivery with every attempt, and sending it again. */
export function DeliveryDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { message } = App.useApp();
  const { permissions } = useSession();
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey: ['messageDeliveries', id],
    queryFn: () => call(getDelivery, { params: { id } }),
    refetchInterval: 5000,
  });
  const resend = useMutation({
    mutationFn: () => call(resendDelivery, { params: { id } }),
    onSuccess: () => message.success('已重新排队，稍后看结果'),
    onError: (problem) => message.error(errorText(problem)),
    onSettled: () => queries.invalidateQueries({ queryKey: ['messageDeliveries'] }),
  });
  const mayResend =
    permissions.includes('messageLog.resend') && (data?.state === 'givenUp' || data?.state === 'failed');
  return (
    <Drawer
      open
      title={data ? `${data.eventName} · ${channelLabels[data.channel]}` : '推送记录'}
      size={720}
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
            column={2}
            bordered
            items={[
              { label: '接收人', children: `${data.recipientName} ${data.addressMasked}` },
              {
                label: '状态',
                children: <Tag color={stateColours[data.state]}>{deliveryStates[data.state]}</Tag>,
              },
              { label: '产生时间', children: instantText(data.createdAt) },
              { label: '下次重试', children: data.nextAttemptAt ? instantText(data.nextAttemptAt) : '—' },
              { label: '小区', children: data.communityLabel ?? '—' },
              { label: '结束时间', children: data.endedAt ? instantText(data.endedAt) : '—' },
              { label: '标题', children: data.title, span: 2 },
              { label: '正文', children: data.body || '—', span: 2 },
            ]}
          />
          <h3>发送经过</h3>
          <Table<AttemptView>
            size="small"
            rowKey="number"
            pagination={false}
            dataSource={data.attempts}
            locale={{ emptyText: data.channel === 'inApp' ? '站内消息直接写入收件箱' : '还没有发送' }}
            columns={[
              { title: '次', dataIndex: 'number', width: 44 },
              { title: '时间', width: 140, render: (_, row) => instantText(row.startedAt) },
              {
                title: '结果',
                width: 130,
                render: (_, row) => (row.outcome ? outcomes[row.outcome] : '中断，没有等到应答'),
              },
              {
                title: '对方应答',
                render: (_, row) => `${row.code} ${row.answer}`.trim() || '—',
              },
            ]}
          />
        </>
      ) : null}
    </Drawer>
  );
}
