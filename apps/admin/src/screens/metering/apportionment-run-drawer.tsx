import {
  apportionmentResource,
  billResource,
  previewApportionment,
  type ResourceRow,
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

/** Chooses a month, shows everybody's share, and makes the bills. */
export default function ApportionmentRunDrawer({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const [month, setMonth] = useState<Dayjs>(dayjs());
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
    async onSuccess({ billCount, total }) {
      message.success(`已生成 ${billCount} 张账单，合计 ${groupThousands(total)} 元`, 5);
      onClose();
      await queries.invalidateQueries({ queryKey: [apportionmentResource.name] });
      await queries.invalidateQueries({ queryKey: [billResource.name] });
    },
  });
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
  return (
    <Drawer
      open
      size={720}
      title={`分摊“${String(row.name)}”`}
      onClose={onClose}
      footer={
        <Space style={{ float: 'right' }}>
          <Button onClick={onClose}>取消</Button>
          <Button type="primary" disabled={!isReady} loading={run.isPending} onClick={confirm}>
            {data && isReady ? `生成 ${data.billCount} 张账单` : '生成账单'}
          </Button>
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
      {run.error ? <Alert type="error" showIcon title={errorText(run.error)} style={{ marginBottom: 12 }} /> : null}
      {error ? <Alert type="warning" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active paragraph={{ rows: 8 }} /> : null}
      {data && !error ? (
        <Space orientation="vertical" size={12} style={{ width: '100%' }}>
          <div aria-live="polite">
            合计 <b>{groupThousands(data.total)}</b> 元，分给 {data.targetCount} 户
            {data.vacantCount > 0 ? `（其中空置 ${data.vacantCount} 户）` : ''}
            {data.totalText === '' ? null : <div className="muted">{data.totalText}</div>}
          </div>
          {data.runId === null ? null : (
            <Alert type="warning" showIcon title={`${asked.month} 已经分摊过，不能重复。要重做请先在“历史”里撤销`} />
          )}
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
