import {
  apportionmentResource,
  billResource,
  type EndpointReply,
  previewApportionment,
  type ResourceRow,
  redoApportionmentRun,
  runApportionment,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Drawer, Form, Skeleton, Space, Table, Tag } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText } from '../../resource-ui/index.ts';
import { tidyNumber } from './reading-words.tsx';

const pageSize = 50;

type Preview = EndpointReply<typeof previewApportionment>;
type Line = Preview['lines'][number];
type Redo = NonNullable<Preview['redo']>;
type RedoCounts = Omit<Redo, 'blocked'>;

const isUnchanged = ({ addedCount, changedCount, droppedCount }: RedoCounts) =>
  addedCount + changedCount + droppedCount === 0;

const redoText = ({ addedCount, changedCount, droppedCount, keptCount }: RedoCounts) =>
  [
    addedCount > 0 ? `新增 ${addedCount} 张` : '',
    changedCount > 0 ? `改金额 ${changedCount} 张` : '',
    droppedCount > 0 ? `作废 ${droppedCount} 张` : '',
    `不变 ${keptCount} 张`,
  ]
    .filter((part) => part !== '')
    .join('，');

/** What dividing a month once more would change. */
function RedoAlert({ month, redo }: { month: string; redo: Redo }) {
  if (isUnchanged(redo))
    return (
      <Alert
        type="success"
        showIcon
        title={`${month} 已经分摊过。按现在的设置和资料重算，结果没有变化，不用重出账单`}
      />
    );
  if (redo.blocked.length === 0)
    return <Alert type="info" showIcon title={`${month} 已经分摊过。重新分摊将${redoText(redo)}`} />;
  return (
    <Alert
      type="warning"
      showIcon
      title={`${month} 已经分摊过，有 ${redo.blocked.length} 户的金额要变但不能变，处理后才能重新分摊`}
      description={redo.blocked.slice(0, 10).map((one) => (
        <div key={one.targetLabel}>
          {one.targetLabel}：{one.reason}
        </div>
      ))}
    />
  );
}

/** Chooses a month, shows everybody's share, and makes the bills; of a month that was divided, what has changed since. */
export default function ApportionmentRunDrawer({
  row,
  startMonth,
  onClose,
}: {
  row: ResourceRow;
  /** `YYYY-MM` to begin with; left out: this month. */
  startMonth?: string;
  onClose: () => void;
}) {
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const [month, setMonth] = useState<Dayjs>(startMonth === undefined ? dayjs() : dayjs(`${startMonth}-01`));
  const [page, setPage] = useState(1);
  const asked = { month: month.format('YYYY-MM'), page, pageSize };
  const { data, error } = useQuery({
    queryKey: [apportionmentResource.name, 'preview', row.id, asked],
    queryFn: ({ signal }) => call(previewApportionment, { params: { id: row.id }, body: asked, signal }),
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0,
  });
  const run = useMutation({
    mutationFn: (expectedTotal: string) =>
      call(runApportionment, { params: { id: row.id }, body: { month: asked.month, expectedTotal } }),
    onSuccess: ({ billCount, total }) => finish(`已生成 ${billCount} 张账单，合计 ${groupThousands(total)} 元`),
  });
  const redo = useMutation({
    mutationFn: ({ runId, expectedTotal }: { runId: string; expectedTotal: string }) =>
      call(redoApportionmentRun, { params: { id: runId }, body: { expectedTotal } }),
    onSuccess: (done) => finish(`已重新分摊：${redoText(done)}，合计 ${groupThousands(done.total)} 元`),
  });
  async function finish(text: string) {
    message.success(text, 5);
    onClose();
    await queries.invalidateQueries({ queryKey: [apportionmentResource.name] });
    await queries.invalidateQueries({ queryKey: [billResource.name] });
  }
  const isReady =
    data !== undefined && !error && data.problems.length === 0 && data.runId === null && data.billCount > 0;
  const confirm = () =>
    data &&
    modal.confirm({
      title: `生成 ${data.billCount} 张账单？`,
      content: `“${String(row.name)}” ${asked.month}，合计 ${groupThousands(data.total)} 元。`,
      okText: `生成 ${data.billCount} 张`,
      cancelText: '再看看',
      onOk: () => run.mutateAsync(data.total).catch(() => {}),
    });
  const isRedone = data !== undefined && !error && data.runId !== null;
  const mayRedo = isRedone && data.redo !== null && data.redo.blocked.length === 0 && !isUnchanged(data.redo);
  const confirmRedo = () =>
    data?.runId &&
    data.redo &&
    modal.confirm({
      title: `重新分摊 ${asked.month}？`,
      content: `${redoText(data.redo)}。变动的账单作废后按新金额重出，合计 ${groupThousands(data.total)} 元。`,
      okText: '重新分摊',
      cancelText: '再看看',
      onOk: () => redo.mutateAsync({ runId: data.runId!, expectedTotal: data.total }).catch(() => {}),
    });
  return (
    <Drawer
      open
      size={720}
      title={`分摊“${String(row.name)}”`}
      onClose={onClose}
      footer={
        <Space style={{ float: 'right' }}>
          <Button onClick={onClose}>取消</Button>
          {isRedone ? (
            <Button type="primary" disabled={!mayRedo} loading={redo.isPending} onClick={confirmRedo}>
              重新分摊
            </Button>
          ) : (
            <Button type="primary" disabled={!isReady} loading={run.isPending} onClick={confirm}>
              {data && isReady ? `生成 ${data.billCount} 张账单` : '生成账单'}
            </Button>
          )}
        </Space>
      }
    >
      <Form layout="inline" style={{ marginBottom: 16 }}>
        <Form.Item label="月份">
          <DatePicker
            picker="month"
            allowClear={false}
            value={month}
            onChange={(value) => {
              if (value) setMonth(value);
              setPage(1);
            }}
          />
        </Form.Item>
      </Form>
      {(run.error ?? redo.error) ? (
        <Alert type="error" showIcon title={errorText(run.error ?? redo.error)} style={{ marginBottom: 12 }} />
      ) : null}
      {error ? <Alert type="warning" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active paragraph={{ rows: 8 }} /> : null}
      {data && !error ? (
        <Space orientation="vertical" size={12} style={{ width: '100%' }}>
          <div aria-live="polite">
            合计 <b>{groupThousands(data.total)}</b> 元，分给 {data.targetCount} 户
            {data.vacantCount > 0 ? `（其中空置 ${data.vacantCount} 户）` : ''}
            {data.totalText === '' ? null : <div className="muted">{data.totalText}</div>}
          </div>
          {data.redo === null ? null : <RedoAlert month={asked.month} redo={data.redo} />}
          {data.problems.length > 0 ? (
            <Alert
              type="warning"
              showIcon
              title={`有 ${data.problems.length} 户不能分摊，补全后再生成`}
              description={data.problems.slice(0, 10).map((one) => (
                <div key={one.targetLabel}>
                  {one.targetLabel}：{one.reason}
                </div>
              ))}
            />
          ) : (
            <Table
              size="small"
              rowKey="targetId"
              dataSource={data.lines}
              pagination={{
                ...{ current: page, pageSize, total: data.targetCount, hideOnSinglePage: true, showSizeChanger: false },
                onChange: setPage,
              }}
              columns={[
                {
                  title: '房屋',
                  render: (_, line) => (
                    <>
                      {line.targetLabel} {line.isVacant ? <Tag>空置</Tag> : null}
                    </>
                  ),
                },
                ...(data.runId === null
                  ? []
                  : [
                      {
                        title: '原账单（元）',
                        align: 'right' as const,
                        render: (_: unknown, line: Line) =>
                          line.standing === null ? '—' : <MoneyText yuan={line.standing} />,
                      },
                    ]),
                { title: '权重', align: 'right', render: (_, line) => tidyNumber(line.weight) },
                { title: '分得（元）', align: 'right', render: (_, line) => <MoneyText yuan={line.amount} /> },
              ]}
            />
          )}
        </Space>
      ) : null}
    </Drawer>
  );
}
