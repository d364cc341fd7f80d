import {
  type DepartmentView,
  type ResourceRow,
  resourceEndpoints,
  staffDepartmentFilter,
  staffResource,
  staffStates,
} from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Space, Table } from 'antd';
import { type ReactNode, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { DepartmentGroups } from './department-groups.tsx';
import styles from './organisation.module.css';

const pageSize = 50;
const endpoints = resourceEndpoints(staffResource);
const byDepartment = (id: string) => JSON.stringify({ [staffDepartmentFilter]: [id] });

/** The chosen department: where it stands, who heads it, and the people of it and of all below it. */
export function DepartmentPeople({ department, actions }: { department: DepartmentView; actions: ReactNode }) {
  const maySeeStaff = useCan()('staff.view');
  const { go } = useAddress();
  const [page, setPage] = useState(1);
  const query = { filter: byDepartment(department.id), page, pageSize };
  const { data, error, isPending } = useQuery({
    queryKey: [staffResource.name, 'list', query],
    queryFn: ({ signal }) => call(endpoints.list, { query, signal }),
    enabled: maySeeStaff,
    placeholderData: keepPreviousData,
  });
  const openStaff = (query: Record<string, string>) => go('/organisation/staff', query);
  return (
    <section className={styles.people} aria-label={`${department.name}的员工`}>
      <div className={styles.head}>
        <h2 className={styles.headName}>{department.path.replaceAll('/', ' / ')}</h2>
        <span className={styles.facts}>负责人：{department.managerName ?? '未指定'}</span>
        <Space>{actions}</Space>
      </div>
      <DepartmentGroups department={department} />
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {maySeeStaff ? (
        <Table<ResourceRow>
          size="small"
          rowKey="id"
          loading={isPending}
          dataSource={(data?.rows ?? []) as ResourceRow[]}
          pagination={
            (data?.total ?? 0) > pageSize
              ? { current: page, pageSize, total: data?.total ?? 0, onChange: setPage, showSizeChanger: false }
              : false
          }
          locale={{
            emptyText: (
              <Empty
                image={Empty.PRESENTED_IMAGE_SIMPLE}
                description="这个部门还没有员工。在“员工”中新增或修改时选择部门"
              >
                <Button onClick={() => openStaff({ filter: byDepartment(department.id) })}>去员工页</Button>
              </Empty>
            ),
          }}
          columns={[
            {
              title: '姓名',
              dataIndex: 'name',
              width: 140,
              render: (name: string, row) => (
                <Button type="link" size="small" style={{ padding: 0 }} onClick={() => openStaff({ id: row.id })}>
                  {name}
                </Button>
              ),
            },
            { title: '工号', dataIndex: 'number', width: 100 },
            { title: '职务', dataIndex: 'position', width: 130, ellipsis: true },
            { title: '部门', dataIndex: 'departments', ellipsis: true },
            { title: '手机号', dataIndex: 'phone', width: 130 },
            {
              title: '状态',
              dataIndex: 'state',
              width: 90,
              render: (state: keyof typeof staffStates) => staffStates[state],
            },
          ]}
        />
      ) : null}
    </section>
  );
}
