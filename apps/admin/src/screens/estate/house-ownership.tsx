import { arrearsDecisions, listOwners } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Flex, Skeleton, Table, Timeline, Typography } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

const HandoverDrawer = lazy(() => import('./handover-drawer.tsx'));

/** The tab of a house's drawer with its owners one after another; it is handed over from here. */
export default function HouseOwnership({ houseId, houseLabel }: { houseId: string; houseLabel: string }) {
  const can = useCan();
  const [isHanding, setHanding] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['house', 'owners', houseId],
    queryFn: ({ signal }) => call(listOwners, { params: { id: houseId }, signal }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active paragraph={{ rows: 4 }} />;
  return (
    <Flex vertical gap={12}>
      <Flex justify="space-between" align="center">
        <Typography.Title level={5}>历任业主</Typography.Title>
        {can('house.handOver') && can('resident.view') ? (
          <Button onClick={() => setHanding(true)}>办理过户</Button>
        ) : null}
      </Flex>
      <Table
        size="small"
        rowKey={(row) => `${row.residentId} ${row.from}`}
        pagination={false}
        dataSource={data.owners}
        locale={{ emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="还没有登记业主" /> }}
        columns={[
          { title: '业主', dataIndex: 'name' },
          { title: '从', dataIndex: 'from', width: 120, className: 'figures' },
          {
            title: '到',
            width: 140,
            className: 'figures',
            render: (_, row) => (row.until === null ? '至今' : `${row.until} 前`),
          },
        ]}
      />
      {data.changes.length === 0 ? null : (
        <>
          <Typography.Title level={5}>过户记录</Typography.Title>
          <Timeline
            items={data.changes.map((change) => ({
              key: change.id,
              content: (
                <>
                  <b>{change.handedOverOn}</b> {change.formerOwners.join('、') || '（无业主）'} →{' '}
                  {change.newOwners.join('、')}
                  <div className="muted">
                    欠费 {groupThousands(change.arrearsSum)} 元
                    {change.arrearsSum === '0.00' ? '' : `，${arrearsDecisions[change.arrears]}`}；作废{' '}
                    {change.voidedCount} 张、重新生成 {change.raisedCount} 张账单
                  </div>
                  <div className="muted">
                    {change.doneBy} 办理于 {instantText(change.at)}
                    {change.note ? `，${change.note}` : ''}
                  </div>
                </>
              ),
            }))}
          />
        </>
      )}
      <Suspense>
        {isHanding ? (
          <HandoverDrawer houseId={houseId} houseLabel={houseLabel} onClose={() => setHanding(false)} />
        ) : null}
      </Suspense>
    </Flex>
  );
}
