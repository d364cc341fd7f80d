import { countVehicleApplications, vehicleResource } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { call } from '../../api/api.ts';
import { ResourcePage, taggingOf } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';

const TargetAccountTab = lazy(() =>
  import('../charging/target-account.tsx').then((module) => ({ default: module.TargetAccountTab })),
);

export default function VehicleScreen() {
  const can = useCan();
  return (
    <ResourcePage
      definition={vehicleResource}
      {...taggingOf(vehicleResource, '辆车', can('vehicle.edit'))}
      help="登记在小区的车辆及其车主。关联房屋后，输入车牌就能找到这些房屋；车辆自己的费用与第一套（主房屋）一起收。"
      emptyHint="还没有车辆。先登记一辆，或从表格导入"
      detail={
        can('bill.view')
          ? [
              {
                key: 'bills',
                label: '账单',
                render: (row) => (
                  <Suspense fallback={<Skeleton active />}>
                    <TargetAccountTab kind="vehicle" id={row.id} label={`车辆 ${String(row.plate)}`} />
                  </Suspense>
                ),
              },
            ]
          : []
      }
      moreTotals={() => <WaitingVehicles />}
    />
  );
}

/** Leads to those who wait for review, when there are any. */
function WaitingVehicles() {
  const { go, search } = useAddress();
  const { id: communityId } = useCommunity();
  const { data } = useQuery({
    queryKey: ['vehicleApplication', 'waiting', communityId],
    queryFn: ({ signal }) => call(countVehicleApplications, { query: { communityId }, signal }),
  });
  if (!data || data.waiting === 0) return null;
  const filter = JSON.stringify({ state: ['waiting'] });
  return (
    <Button
      type="link"
      size="small"
      style={{ padding: 0 }}
      onClick={() => go('/estate/vehicle-applications', { community: search.community, filter })}
    >
      住户提交待审核 {data.waiting} 辆
    </Button>
  );
}
