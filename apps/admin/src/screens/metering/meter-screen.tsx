import { meterReadingResource, meterResource, type ResourceRow, resourceEndpoints } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Skeleton, Table } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { MoneyText, ResourcePage } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { outcomeTag, tidyNumber } from './reading-words.tsx';

const ReplaceMeterDialog = lazy(() => import('./replace-meter-dialog.tsx'));

export default function MeterScreen() {
  const can = useCan();
  const [replacing, setReplacing] = useState<ResourceRow>();
  const mayReplace = can('meter.edit');
  return (
    <>
      <ResourcePage
        definition={meterResource}
        help="房屋、公共区域的表和总表。表坏了换新表用“换表”，旧表的读数都保留。"
        emptyHint="还没有仪表。先新增一块，或从表格导入"
        initialValues={{
          multiplier: '1',
          digits: 5,
          initialReading: '0',
          lossShare: '0',
          walkOrder: 0,
          status: 'inUse',
        }}
        columns={{ multiplier: { render: (row) => tidyNumber(row.multiplier) } }}
        actionsWidth={190}
        {...(mayReplace
          ? {
              rowActions: (row: ResourceRow, place: 'list' | 'detail') =>
                row.status === 'inUse' ? (
                  <Button
                    {...(place === 'list' ? ({ type: 'link', size: 'small' } as const) : {})}
                    onClick={() => setReplacing(row)}
                  >
                    换表
                  </Button>
                ) : null,
            }
          : {})}
        detail={
          can('meterReading.view')
            ? [{ key: 'readings', label: '抄表记录', render: (row) => <MeterReadings meterId={row.id} /> }]
            : []
        }
      />
      {replacing ? (
        <Suspense>
          <ReplaceMeterDialog meter={replacing} onClose={() => setReplacing(undefined)} />
        </Suspense>
      ) : null}
    </>
  );
}

/** The last two years of one meter, the newest first. */
function MeterReadings({ meterId }: { meterId: string }) {
  const { data, error } = useQuery({
    queryKey: [meterReadingResource.name, 'of', meterId],
    queryFn: ({ signal }) =>
      call(resourceEndpoints(meterReadingResource).list, {
        query: { page: 1, pageSize: 24, sort: '-month', filter: JSON.stringify({ meterId: [meterId] }) },
        signal,
      }),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  return (
    <Table<ResourceRow>
      size="small"
      rowKey="id"
      pagination={false}
      dataSource={data.rows as ResourceRow[]}
      locale={{ emptyText: '还没有抄过表' }}
      columns={[
        { title: '月份', render: (_, row) => String(row.month).slice(0, 7) },
        { title: '起度', align: 'right', render: (_, row) => tidyNumber(row.previous) },
        { title: '止度', align: 'right', render: (_, row) => tidyNumber(row.current) },
        { title: '用量', align: 'right', render: (_, row) => tidyNumber(row.usage) },
        { title: '应收', align: 'right', render: (_, row) => <MoneyText yuan={row.receivable as string | null} /> },
        { title: '核对', render: (_, row) => outcomeTag(row) },
      ]}
    />
  );
}
