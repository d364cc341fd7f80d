import { bindingStates, type ResourceRow, resourceEndpoints, standardBindingResource } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Skeleton, Table, Tag } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { useAddress } from '../../shell/address.ts';

const endpoints = resourceEndpoints(standardBindingResource);
const stateColors: Record<string, string> = { active: 'green', upcoming: 'blue', ended: 'default' };

/** The tab of a house's drawer with the standards it is charged by. */
export default function HouseBindings({ house }: { house: ResourceRow }) {
  const { go } = useAddress();
  const filter = JSON.stringify({ houseId: [house.id] });
  const query = { filter, page: 1, pageSize: 100 };
  const { data, error } = useQuery({
    queryKey: [standardBindingResource.name, 'list', query],
    queryFn: async ({ signal }) => (await call(endpoints.list, { query, signal })).rows as ResourceRow[],
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active />;
  if (data.length === 0) {
    return (
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="没有绑定收费标准，不会生成账单">
        <Button onClick={() => go('/charging/standard-bindings', { community: house.communityId })}>去绑定</Button>
      </Empty>
    );
  }
  return (
    <Table<ResourceRow>
      size="small"
      rowKey="id"
      pagination={false}
      dataSource={data}
      columns={[
        { title: '收费项目', render: (_, row) => String(row.chargeItemIdLabel ?? '') },
        { title: '收费标准', render: (_, row) => String(row.chargeStandardIdLabel ?? '') },
        { title: '开始日期', dataIndex: 'startsOn', width: 110 },
        { title: '结束日期', width: 110, render: (_, row) => String(row.lastDay ?? '—') },
        {
          title: '状态',
          width: 90,
          render: (_, row) => (
            <Tag color={stateColors[String(row.state)] ?? 'default'} variant="filled">
              {bindingStates[row.state as keyof typeof bindingStates]}
            </Tag>
          ),
        },
        { title: '下一账期', render: (_, row) => String(row.nextPeriodText ?? '') },
      ]}
    />
  );
}
