import { communityCounts, communityResource } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { call } from '../../api/api.ts';
import { ResourcePage } from '../../resource-ui/index.ts';
import { CommunityCard } from './community-card.tsx';
import type { RegionInputProps } from './region-input.tsx';

// Only the form needs it, and the list comes first.
const RegionInput = lazy(() => import('./region-input.tsx'));

function RegionField(props: RegionInputProps) {
  return (
    <Suspense fallback={null}>
      <RegionInput {...props} />
    </Suspense>
  );
}

const regionControls = {
  province: () => <RegionField level="province" />,
  city: () => <RegionField level="city" />,
  district: () => <RegionField level="district" />,
};

export default function CommunityScreen() {
  const { data } = useQuery({
    queryKey: [communityResource.name, 'counts'],
    queryFn: ({ signal }) => call(communityCounts, { signal }),
  });
  const countsOf = new Map(data?.rows.map((row) => [row.communityId, row]));
  return (
    <ResourcePage
      definition={communityResource}
      help="公司管理的小区。房屋、车位、账单和收据都归属于一个小区。点数字查看该小区的明细。"
      emptyHint="还没有小区。先新增一个小区，再录入楼宇和房屋"
      initialValues={{ sortOrder: 0, status: 'managed', registrationMode: 'simpleReview' }}
      sections={[
        { title: '名称', keys: ['name', 'code', 'status', 'sortOrder'] },
        { title: '电话', keys: ['servicePhone', 'otherPhones'] },
        { title: '地址', keys: ['province', 'city', 'district', 'address'] },
        { title: '住户注册', keys: ['registrationMode', 'registrationHint'] },
        { title: '图片和备注', keys: ['logo', 'pictures', 'note'] },
      ]}
      controls={regionControls}
      card={(row, { actions, open }) => (
        <CommunityCard row={row} counts={countsOf.get(row.id)} actions={actions} onOpen={open} />
      )}
    />
  );
}
