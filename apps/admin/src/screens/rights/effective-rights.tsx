import { permissionCatalogue, type StaffRightsView } from '@anlin/contract';
import { Segmented, Table } from 'antd';
import { useState } from 'react';
import styles from './rights.module.css';

interface RightRow {
  key: string;
  page: string;
  label: string;
  sources: string;
}

/** Why this person has this right: every operation with the groups that give it. */
export function EffectiveRights({ person }: { person: StaffRightsView }) {
  const [client, setClient] = useState<'pc' | 'phone'>('pc');
  const sources = new Map(person[client].map((one) => [one.permission, one.sources.join('、')]));
  const rows = permissionCatalogue()
    .flatMap((menu) => menu.pages)
    .flatMap(({ page, operations }) =>
      operations.map(({ permission, label }): RightRow & { isHeld: boolean } => ({
        key: permission,
        page,
        label,
        sources: sources.get(permission) ?? '',
        isHeld: sources.has(permission),
      })),
    )
    .filter((row) => row.isHeld);
  return (
    <>
      <Segmented
        className={styles.gap}
        value={client}
        options={[
          { value: 'pc', label: `电脑端 ${person.pc.length}` },
          { value: 'phone', label: `手机端 ${person.phone.length}` },
        ]}
        onChange={setClient}
      />
      <Table<RightRow>
        size="small"
        rowKey="key"
        pagination={false}
        dataSource={rows}
        locale={{ emptyText: client === 'pc' ? '在电脑端没有任何权限' : '在手机端没有任何权限' }}
        columns={[
          { title: '页面', dataIndex: 'page', width: 150 },
          { title: '操作', dataIndex: 'label', width: 220 },
          { title: '来自权限组', dataIndex: 'sources' },
        ]}
      />
    </>
  );
}
