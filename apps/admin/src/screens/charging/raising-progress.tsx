import { cancelTask, raisingResult } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Card, Result, Space, Table } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, TaskBar, useTask } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';

const SendDunningDialog = lazy(() => import('../dunning/send-dunning-dialog.tsx'));

/** A run of raising while it goes and what came of it. The work goes on when the page is closed. */
export function RaisingProgress({ taskId, communityId }: { taskId: string; communityId: string }) {
  const { go } = useAddress();
  const { data: task, error } = useTask(taskId);
  const stop = useMutation({ mutationFn: () => call(cancelTask, { params: { id: taskId } }) });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  const result = raisingResult.safeParse(task?.result).data;
  if (task?.state === 'done' && result) {
    return (
      <Card>
        <Result
          status="success"
          title={`已生成 ${result.billCount.toLocaleString('zh-CN')} 张账单，应收合计 ${groupThousands(result.sum)} 元`}
          subTitle={result.billCount === 0 ? '这些月份的账单此前都已生成，没有重复' : undefined}
          extra={
            <Button
              type="primary"
              onClick={() =>
                go('/charging/bills', {
                  community: communityId,
                  filter: JSON.stringify({ raisingRunId: [result.raisingRunId] }),
                })
              }
            >
              查看这批账单
            </Button>
          }
        />
        {result.billCount > 0 ? <AskNow raisingRunId={result.raisingRunId} /> : null}
        {result.failedCount > 0 ? (
          <>
            <Button
              type="link"
              onClick={() => go('/charging/raising-runs', { id: result.raisingRunId, community: communityId })}
            >
              全部明细在“生成记录”中
            </Button>
            <Alert
              type="warning"
              showIcon
              title={`${result.failedCount} 项无法计算，没有生成。补齐资料后再生成一次即可`}
              style={{ marginBottom: 12 }}
            />
            <Table
              size="small"
              rowKey={(row) => `${row.targetLabel} ${row.reason}`}
              dataSource={result.failures}
              pagination={{ pageSize: 10, hideOnSinglePage: true }}
              columns={[
                { title: '收费对象', dataIndex: 'targetLabel', width: 240 },
                { title: '原因', dataIndex: 'reason' },
              ]}
            />
          </>
        ) : null}
      </Card>
    );
  }
  return (
    <Card title="正在生成账单" size="small">
      <Space orientation="vertical" style={{ width: '100%' }}>
        {task ? <TaskBar task={task} /> : null}
        {task?.state === 'cancelled' ? (
          <Alert type="info" showIcon title="已停止。已生成的账单有效，再次生成会接着做完其余的" />
        ) : null}
        {task?.state === 'running' || task?.state === 'queued' ? (
          <Space>
            <span className="muted">可以离开本页，进度在下载中心查看</span>
            <Button size="small" loading={stop.isPending} onClick={() => stop.mutate()}>
              停止
            </Button>
          </Space>
        ) : null}
        {stop.error ? <Alert type="error" showIcon title={errorText(stop.error)} /> : null}
      </Space>
    </Card>
  );
}

/** The question after raising: are these bills to be told now? Whoever says later finds them under 催缴. */
function AskNow({ raisingRunId }: { raisingRunId: string }) {
  const mayAsk = useCan()('dunning.send');
  const [state, setState] = useState<'open' | 'asking' | 'done'>('open');
  if (!mayAsk || state === 'done') return null;
  return (
    <>
      <Alert
        type="info"
        showIcon
        title="现在把这批账单通知住户吗？"
        description="每户一条，合计该户的这批账单。选稍后的，可到“催缴”中发送。"
        style={{ marginBottom: 12 }}
        action={
          <Space>
            <Button size="small" type="primary" onClick={() => setState('asking')}>
              现在通知
            </Button>
            <Button size="small" onClick={() => setState('done')}>
              稍后
            </Button>
          </Space>
        }
      />
      {state === 'asking' ? (
        <Suspense>
          <SendDunningDialog
            selection={{ by: 'raising', ids: [raisingRunId] }}
            onClose={(isStarted) => setState(isStarted ? 'done' : 'open')}
          />
        </Suspense>
      ) : null}
    </>
  );
}
