import { buildingResource, type ResourceRow } from '@anlin/contract';
import { Button, Skeleton } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { ResourcePage, taggingOf } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';

const GenerateHousesDrawer = lazy(() => import('./generate-houses-drawer.tsx'));
const BuildingUnits = lazy(() => import('./building-units.tsx'));

export default function BuildingScreen() {
  const can = useCan();
  const { go } = useAddress();
  const [generating, setGenerating] = useState<ResourceRow>();
  const openHouses = (row: ResourceRow) =>
    go('/estate/houses', { community: row.communityId, filter: JSON.stringify({ buildingId: [row.id] }) });
  return (
    <>
      <ResourcePage
        definition={buildingResource}
        {...taggingOf(buildingResource, '栋楼', can('building.edit'))}
        help="小区里的楼栋。先有楼宇，才能录入房屋；房号有规律的楼可批量生成房屋。点一栋楼可管理它的单元。"
        emptyHint="还没有楼宇。先新增楼宇，再生成、录入或导入房屋"
        initialValues={{ sortOrder: 0 }}
        detail={[
          {
            key: 'units',
            label: '单元',
            render: (row) => (
              <Suspense fallback={<Skeleton active />}>
                <BuildingUnits building={row} />
              </Suspense>
            ),
          },
        ]}
        rowActions={(row, place) => {
          const look = place === 'list' ? ({ type: 'link', size: 'small' } as const) : {};
          return (
            <>
              {can('house.view') ? (
                <Button {...look} onClick={() => openHouses(row)}>
                  房屋
                </Button>
              ) : null}
              {can('house.create') ? (
                <Button {...look} onClick={() => setGenerating(row)}>
                  生成房屋
                </Button>
              ) : null}
            </>
          );
        }}
        actionsWidth={226}
      />
      <Suspense>
        {generating ? <GenerateHousesDrawer building={generating} onClose={() => setGenerating(undefined)} /> : null}
      </Suspense>
    </>
  );
}
