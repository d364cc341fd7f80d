import { readDunningHistory } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Empty, Skeleton, Table } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, instantText } from '../../resource-ui/index.ts';

/** How a household was asked to pay: messages, notices, letters, calls, the latest first. */
export default function DunningHistory({ targetId }: { targetId: string }) {
  const { data, error } = useQuery({
    queryKey: ['dunning', 'history', targetId],
    queryFn: ({ signal }) => call(readDunningHistory, { params: { targetId }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  return (
    <Table
      size="small"
      rowKey="key"
      dataSource={data.rows}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      locale={{ emptyText: <Empty description="还没有催缴过" /> }}
      columns={[
        { title: '时间', dataIndex: 'at', width: 140, render: (at: string) => instantText(at) },
        { title: '方式', dataIndex: 'what', width: 110 },
        {
          title: '结果',
          render: (_, { state, detail }) => [state, detail].filter((text) => text !== '').join('，'),
        },
        {
          title: '金额',
          dataIndex: 'sum',
          align: 'right',
          width: 100,
          render: (sum: string | null) => (sum === null ? '' : <span className="figures">{groupThousands(sum)}</span>),
        },
        { title: '经办', dataIndex: 'who', width: 120 },
      ]}
    />
  );
}
