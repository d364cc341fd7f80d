import {
  allPermissions,
  deletePermissionGroup,
  listPermissionGroups,
  type PermissionGroupView,
  restorePermissionGroup,
} from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import { PermissionGroupDrawer } from './permission-group-drawer.tsx';

const shownHolders = 4;

/** PLT-5: what each post may do, on the PC and on the phone. */
export default function PermissionGroupScreen() {
  const can = useCan();
  const [opened, setOpened] = useState<PermissionGroupView | 'new'>();
  const [copied, setCopied] = useState<PermissionGroupView>();
  const { data, error, isPending } = useQuery({
    queryKey: ['permission-groups'],
    queryFn: ({ signal }) => call(listPermissionGroups, { signal }),
  });
  const { remove, restore } = useGroupActions();
  const close = () => {
    setOpened(undefined);
    setCopied(undefined);
  };
  const count = (group: PermissionGroupView, list: readonly string[]) =>
    group.holdsAll ? '全部' : `${list.length} / ${allPermissions.length}`;
  return (
    <PageFrame
      help="把操作按岗位组成权限组，再在“员工权限”里给人。一个人的权限是他所有权限组之和；改动立即生效。"
      extra={
        can('permissionGroup.create') ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpened('new')}>
            新增权限组
          </Button>
        ) : undefined
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<PermissionGroupView>
        size="small"
        rowKey="id"
        loading={isPending}
        pagination={false}
        scroll={{ x: 900 }}
        dataSource={data?.rows ?? []}
        locale={{ emptyText: <Empty description="还没有权限组" /> }}
        columns={[
          {
            title: '权限组',
            width: 180,
            render: (_, group) => (
              <Space size={6}>
                <Button type="link" style={{ padding: 0 }} onClick={() => setOpened(group)}>
                  {group.name}
                </Button>
                {group.isBuiltIn ? <Tag>内置</Tag> : null}
              </Space>
            ),
          },
          { title: '电脑端', width: 90, align: 'right', render: (_, group) => count(group, group.permissions) },
          { title: '手机端', width: 90, align: 'right', render: (_, group) => count(group, group.phonePermissions) },
          { title: '使用者', render: (_, { holders }) => holdersText(holders) },
          { title: '备注', ellipsis: true, render: (_, { note }) => note },
          {
            title: '操作',
            width: 230,
            render: (_, group) => (
              <Space size={12}>
                <Button type="link" size="small" style={{ padding: 0 }} onClick={() => setOpened(group)}>
                  {can('permissionGroup.edit') ? '编辑' : '查看'}
                </Button>
                {can('permissionGroup.create') ? (
                  <Button
                    type="link"
                    size="small"
                    style={{ padding: 0 }}
                    onClick={() => {
                      setCopied(group);
                      setOpened('new');
                    }}
                  >
                    复制
                  </Button>
                ) : null}
                {can('permissionGroup.edit') && group.isBuiltIn && !group.holdsAll ? (
                  <Button type="link" size="small" style={{ padding: 0 }} onClick={() => restore(group)}>
                    恢复默认
                  </Button>
                ) : null}
                {can('permissionGroup.delete') && !group.holdsAll ? (
                  <Button type="link" danger size="small" style={{ padding: 0 }} onClick={() => remove(group)}>
                    删除
                  </Button>
                ) : null}
              </Space>
            ),
          },
        ]}
      />
      {opened ? (
        <PermissionGroupDrawer group={opened === 'new' ? undefined : opened} source={copied} onClose={close} />
      ) : null}
    </PageFrame>
  );
}

function holdersText(holders: readonly string[]) {
  if (holders.length === 0) return <span className="muted">无</span>;
  const more = holders.length > shownHolders ? ` 等 ${holders.length} 个` : '';
  return `${holders.slice(0, shownHolders).join('、')}${more}`;
}

/** Asks first, says what will happen and to whom, then does it. */
function useGroupActions() {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['permission-groups'] });
  const ask = (title: string, content: string, okText: string, done: string, work: () => Promise<unknown>) =>
    modal.confirm({
      title,
      content,
      okText,
      cancelText: '取消',
      async onOk() {
        try {
          await work();
          message.success(done);
          await refresh();
        } catch (error) {
          modal.error({ title: '没有成功', content: errorText(error), okText: '知道了' });
        }
      },
    });
  return {
    remove: ({ id, name }: PermissionGroupView) =>
      ask(`删除权限组“${name}”`, '删除后不能恢复。还有人在用的权限组不能删除。', '删除', `已删除“${name}”`, () =>
        call(deletePermissionGroup, { params: { id } }),
      ),
    restore: ({ id, name, holders }: PermissionGroupView) =>
      ask(
        `“${name}”恢复默认`,
        `电脑端和手机端的勾选都回到系统自带的样子，使用它的 ${holders.length} 个人或部门立即生效。`,
        '恢复默认',
        `“${name}”已恢复默认`,
        () => call(restorePermissionGroup, { params: { id } }),
      ),
  };
}
