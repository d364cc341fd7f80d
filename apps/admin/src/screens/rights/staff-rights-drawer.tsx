import { getStaffRights } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Drawer, Skeleton, Tabs } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { EffectiveRights } from './effective-rights.tsx';
import { StaffGroupsForm } from './staff-groups-form.tsx';
import { StaffScopeForm } from './staff-scope-form.tsx';

/** One person's groups, data scope, and what they may do and why. Opened from any list of staff. */
export function StaffRightsDrawer({ staffId, onClose }: { staffId: string; onClose: () => void }) {
  const { data, error } = useQuery({
    queryKey: ['staff-rights-of', staffId],
    queryFn: ({ signal }) => call(getStaffRights, { params: { id: staffId }, signal }),
  });
  return (
    <Drawer open size={820} title={data ? `${data.name} 的权限` : '员工权限'} onClose={onClose}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? (
        <Tabs
          items={[
            { key: 'groups', label: '权限组', children: <StaffGroupsForm person={data} /> },
            { key: 'scope', label: '数据范围', children: <StaffScopeForm person={data} /> },
            { key: 'effective', label: '有效权限和来源', children: <EffectiveRights person={data} /> },
          ]}
        />
      ) : error ? null : (
        <Skeleton active />
      )}
    </Drawer>
  );
}
