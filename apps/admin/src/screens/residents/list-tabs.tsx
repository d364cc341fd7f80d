import {
  absentResidentResource,
  absentStates,
  occupancyCounts,
  occupancyResource,
  occupancyRoles,
} from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Segmented, Space } from 'antd';
import { call } from '../../api/api.ts';
import { readListState, withFilter, writeListState } from '../../resource-ui/index.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';

export const residentTabs = {
  current: '已入住',
  absent: '未入住',
  moveIn: '入住记录',
  moveOut: '迁出记录',
  invitations: '邀请记录',
  deletions: '删除记录',
} as const;
export type ResidentTab = keyof typeof residentTabs;

/** The lists of the page, and below the first two how many there are of each role or state; a figure narrows the list to it. */
export function ListTabs({ tab }: { tab: ResidentTab }) {
  const { go, search, change } = useAddress();
  const { id: communityId } = useCommunity();
  const { data } = useQuery({
    queryKey: ['occupancy', 'counts', communityId],
    queryFn: ({ signal }) => call(occupancyCounts, { query: { communityId }, signal }),
  });
  const sum = (counts: Record<string, number> | undefined) =>
    Object.values(counts ?? {}).reduce((total, count) => total + count, 0);
  const counts: Partial<Record<ResidentTab, number>> = data
    ? { current: sum(data.roles), absent: sum(data.absent) }
    : {};
  const [labels, figures, key] =
    tab === 'current'
      ? ([occupancyRoles, data?.roles, 'role'] as const)
      : ([absentStates, data?.absent, 'state'] as const);
  const state = readListState(search, tab === 'absent' ? absentResidentResource : occupancyResource);
  const value = state.filter[key];
  const chosen = Array.isArray(value) && value.length === 1 ? String(value[0]) : '';
  const narrow = (next: string) => change(writeListState(withFilter(state, key, next === '' ? undefined : [next])));
  const shown = Object.entries(labels).filter(([one]) => (figures?.[one] ?? 0) > 0 || one === chosen);
  return (
    <Space orientation="vertical" size={8}>
      <Segmented
        aria-label="住户列表"
        value={tab}
        options={Object.entries(residentTabs).map(([one, label]) => {
          const count = counts[one as ResidentTab];
          return { value: one, label: count === undefined ? label : `${label} ${count.toLocaleString('zh-CN')}` };
        })}
        onChange={(next) =>
          go('/estate/residents', { community: search.community, tab: next === 'current' ? undefined : String(next) })
        }
      />
      {(tab === 'current' || tab === 'absent') && shown.length > 0 ? (
        <Segmented
          size="small"
          aria-label={tab === 'current' ? '身份' : '状态'}
          value={chosen}
          options={[
            { value: '', label: '全部' },
            ...shown.map(([one, label]) => ({
              value: one,
              label: `${label} ${(figures?.[one] ?? 0).toLocaleString('zh-CN')}`,
            })),
          ]}
          onChange={(next) => narrow(String(next))}
        />
      ) : null}
    </Space>
  );
}
