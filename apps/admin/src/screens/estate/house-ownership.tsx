import { arrearsDecisions, listOwners } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Flex, Skeleton, Table, Timeline, Typography } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { usePrintPdf } from '../../print/use-print-pdf.ts';
import { groupThousands, instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

import { holdingText } from './handover-preview.tsx';

const HandoverDrawer = lazy(() => import('./handover-drawer.tsx'));

/** The tab of a house's drawer with its owners one after another; it is handed over from here. */
export default function HouseOwnership({ houseId, houseLabel }: { houseId: string; houseLabel: string }) {
  const can = useCan();
  const pdf = usePrintPdf();
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
                  {change.holdings.map((one) => (
                    <div key={`${one.targetLabel}${one.label}${one.amount}`} className="muted">
                      {one.targetLabel} {one.label} {groupThousands(one.amount)} 元：{holdingText(one)}
                    </div>
                  ))}
                  <div className="muted">
                    {change.doneBy} 办理于 {instantText(change.at)}
                    {change.refundNumber ? `，退款单 ${change.refundNumber}` : ''}
                    {change.note ? `，${change.note}` : ''}
                  </div>
                  {can('house.handOver') ? (
                    <Button
                      size="small"
                      loading={pdf.isPending}
                      onClick={() => pdf.mutate({ type: 'handoverSlip', ids: [change.id] })}
                    >
                      打印结清单
                    </Button>
                  ) : null}
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
