import {
  createPermissionGroup,
  type Permission,
  type PermissionGroupView,
  updatePermissionGroup,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Input, Space, Tabs } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { OperationTable } from './operation-table.tsx';
import styles from './rights.module.css';

interface PermissionGroupDrawerProps {
  /** The group to change; a new one otherwise. */
  group: PermissionGroupView | undefined;
  /** What a new one begins with. */
  source: PermissionGroupView | undefined;
  onClose: () => void;
}

/** Name, note and the operations of a group, for the PC and for the phone apart. */
export function PermissionGroupDrawer({ group, source, onClose }: PermissionGroupDrawerProps) {
  const { message } = App.useApp();
  const can = useCan();
  const queries = useQueryClient();
  const from = group ?? source;
  const [name, setName] = useState(group?.name ?? (source ? `${source.name} 副本` : ''));
  const [note, setNote] = useState(from?.note ?? '');
  const [pc, setPc] = useState<ReadonlySet<string>>(new Set(from?.permissions));
  const [phone, setPhone] = useState<ReadonlySet<string>>(new Set(from?.phonePermissions));
  const isEditable = can(group ? 'permissionGroup.edit' : 'permissionGroup.create');
  const isFixed = group?.holdsAll === true || !isEditable;
  const save = useMutation({
    mutationFn: async () => {
      const body = { name, note, permissions: [...pc], phonePermissions: [...phone] };
      if (group)
        await call(updatePermissionGroup, { params: { id: group.id }, body: { ...body, version: group.version } });
      else await call(createPermissionGroup, { body });
    },
    async onSuccess() {
      message.success(group ? `已保存“${name}”，使用它的人立即生效` : `已新增权限组“${name}”`);
      onClose();
      await queries.invalidateQueries({ queryKey: ['permission-groups'] });
    },
  });
  const table = (chosen: ReadonlySet<string>, onChange: (next: ReadonlySet<Permission>) => void) => (
    <OperationTable chosen={chosen} isFixed={isFixed} onChange={onChange} />
  );
  return (
    <Drawer
      open
      size={980}
      title={group ? group.name : source ? `复制“${source.name}”` : '新增权限组'}
      onClose={onClose}
      footer={
        isEditable ? (
          <Space>
            <Button type="primary" loading={save.isPending} disabled={name.trim() === ''} onClick={() => save.mutate()}>
              保存
            </Button>
            <Button onClick={onClose}>取消</Button>
          </Space>
        ) : undefined
      }
    >
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} className={styles.gap} /> : null}
      {group?.holdsAll ? (
        <Alert
          type="info"
          showIcon
          className={styles.gap}
          title="管理员始终拥有全部权限，新版本增加的也包括在内，不能勾选。需要少一些权限，请复制一份再改。"
        />
      ) : null}
      <div className={styles.names}>
        <div className={styles.field}>
          <span>名称</span>
          <Input
            aria-label="名称"
            value={name}
            maxLength={30}
            disabled={!isEditable}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <div className={styles.field}>
          <span>备注</span>
          <Input
            aria-label="备注"
            value={note}
            maxLength={200}
            disabled={!isEditable}
            onChange={(event) => setNote(event.target.value)}
          />
        </div>
      </div>
      <Tabs
        tabBarExtraContent={
          isFixed ? null : (
            <Button size="small" onClick={() => setPhone(new Set([...pc].filter(isForPhone)))}>
              手机端照电脑端勾选
            </Button>
          )
        }
        items={[
          { key: 'pc', label: `电脑端 ${pc.size}`, children: table(pc, setPc) },
          { key: 'phone', label: `手机端 ${phone.size}`, children: table(phone, setPhone) },
        ]}
      />
    </Drawer>
  );
}

/** Spreadsheets are for the PC. */
const isForPhone = (permission: string) => !/\.(import|export)$/.test(permission);
