import { type EndpointReply, listRaisingFailures, raisingRunResource } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useAddress } from '../../shell/address.ts';
import { targetPages } from './target-kinds.ts';

type Row = EndpointReply<typeof listRaisingFailures>['rows'][number];

/** Which targets a run could not bill and why; each opens the record that has to be completed. */
export function RaisingFailures({
  runId,
  failedCount,
  onBills,
}: {
  runId: string;
  failedCount: number;
  onBills: () => void;
}) {
  const { go } = useAddress();
  const [page, setPage] = useState(1);
  const { data, error } = useQuery({
    queryKey: [raisingRunResource.name, 'failures', runId, page],
    queryFn: ({ signal }) => call(listRaisingFailures, { params: { id: runId }, query: { page }, signal }),
    placeholderData: keepPreviousData,
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  return (
    <Space orientation="vertical" size={12} style={{ width: '100%' }}>
      <div>
        <Button size="small" onClick={onBills}>
          查看这批账单
        </Button>
      </div>
      {failedCount > 0 && data?.total === 0 ? (
        <Alert type="info" showIcon title={`当时有 ${failedCount} 项无法计算，明细已超过保存期限或绑定已删除`} />
      ) : null}
      {data && failedCount > data.total && data.total > 0 ? (
        <Alert type="info" showIcon title={`共 ${failedCount} 项无法计算，这里列出 ${data.total} 项`} />
      ) : null}
      <Table<Row>
        rowKey="id"
        size="small"
        loading={!data}
        dataSource={data?.rows ?? []}
        locale={{ emptyText: '没有无法计算的' }}
        pagination={{
          ...{ current: page, pageSize: data?.pageSize ?? 50, total: data?.total ?? 0 },
          ...{ hideOnSinglePage: true, showSizeChanger: false, onChange: setPage },
        }}
        columns={[
          {
            title: '收费对象',
            width: 150,
            render: (_, row) => (
              <Button
                type="link"
                size="small"
                style={{ padding: 0 }}
                onClick={() => go(targetPages[row.targetKind], { id: row.targetId })}
              >
                {row.targetLabel}
              </Button>
            ),
          },
          {
            title: '项目、标准',
            width: 150,
            render: (_, row) => (
              <>
                {row.chargeItemLabel}
                <div className="muted">{row.standardLabel}</div>
              </>
            ),
          },
          { title: '账期起', width: 105, dataIndex: 'periodFrom' },
          { title: '原因和办法', dataIndex: 'reason' },
          {
            title: '',
            width: 80,
            render: (_, row) => (row.isRaisedSince ? <Tag color="green">已补出</Tag> : <Tag color="orange">未出</Tag>),
          },
        ]}
      />
      <p className="muted">补齐资料后再生成一次即可；自动生成的，系统每天会再试。明细保存 90 天。</p>
    </Space>
  );
}
