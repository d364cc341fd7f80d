import { listPermissionGroups, type StaffRightsView, setStaffGroups } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import styles from './rights.module.css';
import { useSaveRights } from './save-rights.ts';

/** The groups given to the person; those of departments are named, and changed at the department. */
export function StaffGroupsForm({ person }: { person: StaffRightsView }) {
  const can = useCan();
  const isEditable = can('staffRights.edit');
  const own = person.groups.filter((group) => group.department === null);
  const [chosen, setChosen] = useState<string[]>(own.map((group) => group.id));
  const groups = useQuery({
    queryKey: ['permission-groups'],
    queryFn: ({ signal }) => call(listPermissionGroups, { signal }),
    enabled: can('permissionGroup.view'),
  });
  const options = groups.data?.rows ?? own.map(({ id, name }) => ({ id, name, note: '' }));
  const save = useSaveRights(person.name, () =>
    call(setStaffGroups, { params: { id: person.id }, body: { permissionGroupIds: chosen } }),
  );
  const inherited = person.groups.filter((group) => group.department !== null);
  return (
    <>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} className={styles.gap} /> : null}
      <Checkbox.Group value={chosen} disabled={!isEditable} onChange={setChosen}>
        <Space orientation="vertical" size={6}>
          {options.map(({ id, name, note }) => (
            <Checkbox key={id} value={id}>
              {name}
              {note ? <span className="muted">　{note}</span> : null}
            </Checkbox>
          ))}
        </Space>
      </Checkbox.Group>
      {inherited.length > 0 ? (
        <p className="muted">来自部门：{inherited.map((group) => `${group.name}（${group.department}）`).join('、')}</p>
      ) : null}
      {isEditable ? (
        <div className={styles.actions}>
          <Button type="primary" loading={save.isPending} onClick={() => save.mutate()}>
            保存权限组
          </Button>
        </div>
      ) : null}
    </>
  );
}
