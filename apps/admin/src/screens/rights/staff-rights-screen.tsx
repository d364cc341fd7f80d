import { listStaffRights, type StaffRightsRow } from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Input, Table, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { PageFrame } from '../../shell/page-frame.tsx';
import styles from './rights.module.css';
import { StaffRightsDrawer } from './staff-rights-drawer.tsx';

/** PLT-5: who holds which groups, and which communities, buildings and houses they see. */
export default function StaffRightsScreen() {
  const [q, setQ] = useState('');
  const [opened, setOpened] = useState<string>();
  const { data, error, isFetching } = useQuery({
    queryKey: ['staff-rights', q],
    queryFn: ({ signal }) => call(listStaffRights, { query: { q: q || undefined }, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <PageFrame help="给每个人指定权限组（能做什么）和数据范围（能看哪些小区、楼宇、房屋），并查看他的权限从哪里来。">
      <Input.Search
        allowClear
        className={styles.gap}
        style={{ width: 280 }}
        placeholder="姓名、职务"
        aria-label="查找员工"
        onSearch={setQ}
      />
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<StaffRightsRow>
        size="small"
        rowKey="id"
        loading={isFetching}
        pagination={{ pageSize: 50, hideOnSinglePage: true, showSizeChanger: false }}
        dataSource={data?.rows ?? []}
        scroll={{ x: 800 }}
        locale={{ emptyText: <Empty description={q === '' ? '还没有员工' : '没有找到这样的员工'} /> }}
        columns={[
          {
            title: '姓名',
            width: 160,
            render: (_, row) => (
              <>
                <Button type="link" style={{ padding: 0 }} onClick={() => setOpened(row.id)}>
                  {row.name}
                </Button>
                {row.isActive ? null : <Tag style={{ marginInlineStart: 8 }}>停用或到期</Tag>}
              </>
            ),
          },
          { title: '职务', width: 130, ellipsis: true, render: (_, row) => row.position },
          {
            title: '权限组',
            render: (_, row) => (row.groups.length > 0 ? row.groups.join('、') : <span className="muted">无</span>),
          },
          {
            title: '数据范围',
            render: (_, row) => (row.scope === '无' ? <span className="muted">无，什么都看不到</span> : row.scope),
          },
          {
            title: '操作',
            width: 80,
            render: (_, row) => (
              <Button type="link" size="small" style={{ padding: 0 }} onClick={() => setOpened(row.id)}>
                权限
              </Button>
            ),
          },
        ]}
      />
      {opened ? <StaffRightsDrawer staffId={opened} onClose={() => setOpened(undefined)} /> : null}
    </PageFrame>
  );
}
