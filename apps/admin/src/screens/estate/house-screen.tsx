import { houseResource, houseSummary, type ResourceRow } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { lazy, Suspense } from 'react';
import { call } from '../../api/api.ts';
import {
  type FormSection,
  groupThousands,
  type ListConditions,
  ResourcePage,
  taggingOf,
} from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';

// The list is what a person waits for; tree and tabs come when they are shown.
const HouseTree = lazy(() => import('./house-tree.tsx'));
const HousePeople = lazy(() => import('./house-people.tsx'));
const FileTimeline = lazy(() => import('../residents/file-timeline.tsx'));
const HouseOwnership = lazy(() => import('./house-ownership.tsx'));
const HouseBindings = lazy(() => import('./house-bindings.tsx'));
const TargetAccountTab = lazy(() =>
  import('../charging/target-account.tsx').then((module) => ({ default: module.TargetAccountTab })),
);

const sections: readonly FormSection[] = [
  { title: '位置', keys: ['buildingId', 'unitId', 'number', 'floor'] },
  { title: '用途与状态', keys: ['usage', 'status', 'handoverDate', 'orientation'] },
  { title: '面积', keys: ['builtArea', 'innerArea', 'sharedArea'], isTight: true },
  { title: '户型', keys: ['rooms', 'halls', 'baths'], isTight: true },
  { title: '经营', keys: ['businessScope', 'leaseState', 'rent'], isTight: true },
  { title: '产权与投票', keys: ['propertyRightYears', 'votingWeight', 'votingArea'], isTight: true },
  { title: '其他', keys: ['tags', 'note', 'attachments', 'sortOrder'] },
];

export default function HouseScreen() {
  const can = useCan();
  const mayTag = can('house.edit');
  return (
    <ResourcePage
      definition={houseResource}
      help="住宅、商铺、写字楼、地下室等一切可收费的空间。"
      searchHint="房号、姓名、拼音、电话尾号、车牌"
      emptyHint="还没有房屋。可在“楼宇”中批量生成，也可逐套新增或从表格导入"
      sections={sections}
      sideTree={({ state, setState }) => (
        <Suspense fallback={<Skeleton active title={false} paragraph={{ rows: 6 }} />}>
          <HouseTree state={state} setState={setState} />
        </Suspense>
      )}
      moreTotals={(conditions) => <MoveInRate conditions={conditions} />}
      {...taggingOf(houseResource, '套房屋', mayTag)}
      detail={[
        {
          key: 'people',
          label: '住户、车位与车辆',
          render: (row) => (
            <Suspense fallback={<Skeleton active />}>
              <HousePeople houseId={row.id} houseLabel={String(row.fullName)} />
            </Suspense>
          ),
        },
        {
          key: 'ownership',
          label: '业主与过户',
          render: (row) => (
            <Suspense fallback={<Skeleton active />}>
              <HouseOwnership houseId={row.id} houseLabel={String(row.fullName)} />
            </Suspense>
          ),
        },
        ...(can('bill.view')
          ? [
              {
                key: 'bills',
                label: '账单',
                render: (row: ResourceRow) => (
                  <Suspense fallback={<Skeleton active />}>
                    <TargetAccountTab kind="house" id={row.id} label={String(row.fullName)} />
                  </Suspense>
                ),
              },
            ]
          : []),
        ...(can('standardBinding.view')
          ? [
              {
                key: 'bindings',
                label: '收费标准',
                render: (row: ResourceRow) => (
                  <Suspense fallback={<Skeleton active />}>
                    <HouseBindings house={row} />
                  </Suspense>
                ),
              },
            ]
          : []),
        {
          key: 'file',
          label: '全部档案',
          render: (row) => (
            <Suspense fallback={<Skeleton active />}>
              <FileTimeline of={{ houseId: row.id }} />
            </Suspense>
          ),
        },
      ]}
    />
  );
}

function listOf({ q, communityId, filter }: ListConditions) {
  return { q, communityId, filter };
}

/** How much of what the list shows is lived in (EST-4). */
function MoveInRate({ conditions }: { conditions: ListConditions }) {
  const query = listOf(conditions);
  const { data } = useQuery({
    queryKey: [houseResource.name, 'summary', query],
    queryFn: ({ signal }) => call(houseSummary, { query, signal }),
  });
  if (!data || data.moveInRate === null) return null;
  return (
    <>
      <span>
        入住 <b className="figures">{groupThousands(String(data.occupiedHouses))}</b> 套、{' '}
        <b className="figures">{groupThousands(data.occupiedArea)}</b> ㎡
      </span>
      <span>
        入住率 <b className="figures">{data.moveInRate}</b>%
      </span>
    </>
  );
}
