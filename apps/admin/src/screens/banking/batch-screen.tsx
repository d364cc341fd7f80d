import { listWithholdingBatches, type WithholdingBatchView, withholdingStates } from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Empty, Table, type TableColumnType, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText, PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { stateColors } from './batch-states.ts';

const MakeBatchDialog = lazy(() => import('./make-batch-dialog.tsx'));
const BatchDrawer = lazy(() => import('./batch-drawer.tsx'));

const pollMilliseconds = 2000;
const pageSize = 50;

/** 代扣批次: files to banks, and what came of them. */
export default function BatchScreen() {
  const can = useCan();
  const queries = useQueryClient();
  const { id: communityId } = useCommunity();
  const { search, change } = useAddress();
  const [isMaking, setMaking] = useState(false);
  const page = Math.max(1, Math.floor(Number(search.page)) || 1);
  const { data, error, isFetching } = useQuery({
    queryKey: ['withholding', 'list', communityId, page],
    queryFn: ({ signal }) => call(listWithholdingBatches, { query: { communityId, page, pageSize }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.rows.some((row) => row.state === 'making' || row.state === 'booking') ? pollMilliseconds : false,
  });
  return (
    <PageFrame
      help="按代扣协议生成银行文件，读取银行的结果文件后自动开收据；失败的进入下一批。"
      extra={
        can('bankBatch.make') ? (
          <Button type="primary" icon={<PlusOutlined />} disabled={!communityId} onClick={() => setMaking(true)}>
            生成代扣文件
          </Button>
        ) : null
      }
    >
      {communityId ? null : <Alert type="info" showIcon title="生成代扣文件以小区为单位，请先在页面顶部选择一个小区" />}
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<WithholdingBatchView>
        rowKey="id"
        size="small"
        aria-label="代扣批次"
        loading={isFetching && !data}
        columns={columns}
        dataSource={data?.rows ?? []}
        pagination={{
          current: page,
          pageSize,
          total: data?.total ?? 0,
          hideOnSinglePage: true,
          showSizeChanger: false,
          onChange: (next) => change({ page: String(next) }),
        }}
        scroll={{ x: 1100 }}
        onRow={(row) => ({ onClick: () => change({ id: row.id }), style: { cursor: 'pointer' } })}
        locale={{ emptyText: <Empty description="还没有代扣批次。先登记代扣协议，再点“生成代扣文件”" /> }}
      />
      <Suspense>
        {isMaking && communityId ? (
          <MakeBatchDialog
            communityId={communityId}
            onClose={(id) => {
              setMaking(false);
              if (id === undefined) return;
              change({ id });
              void queries.invalidateQueries({ queryKey: ['withholding'] });
            }}
          />
        ) : null}
        {search.id ? <BatchDrawer id={search.id} onClose={() => change({ id: undefined })} /> : null}
      </Suspense>
    </PageFrame>
  );
}

const figure = (title: string, read: (row: WithholdingBatchView) => string): TableColumnType<WithholdingBatchView> => ({
  title,
  width: 110,
  align: 'right',
  render: (_, row) => <MoneyText yuan={read(row)} />,
});
const count = (title: string, read: (row: WithholdingBatchView) => number): TableColumnType<WithholdingBatchView> => ({
  title,
  width: 80,
  align: 'right',
  render: (_, row) => <span className="figures">{read(row)}</span>,
});

const columns: TableColumnType<WithholdingBatchView>[] = [
  { title: '批次号', width: 150, dataIndex: 'number' },
  { title: '小区', width: 120, ellipsis: true, dataIndex: 'communityName' },
  { title: '银行', ellipsis: true, dataIndex: 'bankName' },
  { title: '到月份', width: 90, dataIndex: 'monthTo' },
  count('户数', (row) => row.count),
  figure('金额', (row) => row.total),
  count('成功', (row) => row.paidCount),
  figure('成功金额', (row) => row.paidTotal),
  count('失败', (row) => row.failedCount),
  {
    title: '状态',
    width: 100,
    render: (_, row) => <Tag color={stateColors[row.state]}>{withholdingStates[row.state]}</Tag>,
  },
  { title: '经办人', width: 90, ellipsis: true, dataIndex: 'staffName' },
  { title: '生成时间', width: 140, render: (_, row) => instantText(row.createdAt) },
];
