import { type DepartmentView, getDepartmentGroups } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { DepartmentGroupsDialog } from './department-groups-dialog.tsx';
import styles from './organisation.module.css';

/** What rights come with working in a department: its own permission groups, and those of the departments above. */
export function DepartmentGroups({ department }: { department: DepartmentView }) {
  const can = useCan();
  const [isOpen, setIsOpen] = useState(false);
  const { data, error } = useQuery({
    queryKey: ['department-groups', department.id],
    queryFn: ({ signal }) => call(getDepartmentGroups, { params: { id: department.id }, signal }),
    enabled: can('staffRights.view'),
  });
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return null;
  const names = data.groups.map((group) =>
    group.department === null ? group.name : `${group.name}（来自 ${group.department}）`,
  );
  return (
    <div className={styles.grants}>
      <span>权限组：{names.length === 0 ? '无' : names.join('、')}</span>
      {can('staffRights.edit') && can('permissionGroup.view') ? (
        <Button type="link" size="small" onClick={() => setIsOpen(true)}>
          设置权限组
        </Button>
      ) : null}
      {isOpen ? (
        <DepartmentGroupsDialog department={department} held={data.groups} onClose={() => setIsOpen(false)} />
      ) : null}
    </div>
  );
}
