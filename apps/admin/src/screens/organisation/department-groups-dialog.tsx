import {
  type DepartmentView,
  type EndpointReply,
  type getDepartmentGroups,
  isPermission,
  listPermissionGroups,
  type PermissionGroupView,
  setDepartmentGroups,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Checkbox, Modal, Space } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';

interface DepartmentGroupsDialogProps {
  department: DepartmentView;
  held: EndpointReply<typeof getDepartmentGroups>['groups'];
  onClose: () => void;
}

/** Chooses the groups of a department; those with rights one does not have oneself stay as they are. */
export function DepartmentGroupsDialog({ department, held, onClose }: DepartmentGroupsDialogProps) {
  const can = useCan();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(held.filter((one) => one.department === null).map(({ id }) => id));
  const groups = useQuery({
    queryKey: ['permission-groups'],
    queryFn: ({ signal }) => call(listPermissionGroups, { signal }),
  });
  const save = useMutation({
    mutationFn: () =>
      call(setDepartmentGroups, { params: { id: department.id }, body: { permissionGroupIds: chosen } }),
    async onSuccess() {
      message.success(`已保存，${department.name}及其下级的员工正在登录的页面立即生效`);
      onClose();
      await Promise.all(
        ['department-groups', 'staff-rights', 'staff-rights-of', 'permission-groups'].map((key) =>
          queries.invalidateQueries({ queryKey: [key] }),
        ),
      );
    },
  });
  const isOwn = (group: PermissionGroupView) => group.permissions.every((one) => !isPermission(one) || can(one));
  const error = groups.error ?? save.error;
  return (
    <Modal
      open
      title={`“${department.name}”的权限组`}
      okText="保存"
      cancelText="取消"
      okButtonProps={{ loading: save.isPending, disabled: !groups.data }}
      onOk={() => save.mutate()}
      onCancel={onClose}
    >
      <p className="muted">这个部门和它下级部门的员工都拥有所选的权限组。只能选自己也有其全部权限的组。</p>
      {error ? <Alert type="error" showIcon title={errorText(error)} style={{ marginBottom: 12 }} /> : null}
      <Checkbox.Group value={chosen} onChange={setChosen}>
        <Space orientation="vertical" size={6}>
          {groups.data?.rows.map((group) => (
            <Checkbox key={group.id} value={group.id} disabled={!isOwn(group)}>
              {group.name}
              {group.note ? <span className="muted">　{group.note}</span> : null}
            </Checkbox>
          ))}
        </Space>
      </Checkbox.Group>
    </Modal>
  );
}
