import { listOccupancies, type OccupancyRole, type OccupancyView, occupancyRoles } from '@anlin/contract';
import { PlusOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Input, Segmented, Select, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import { MoveInDialog } from './move-in-dialog.tsx';
import { MoveOutButton } from './move-out-button.tsx';
import { RevealPhone } from './reveal-phone.tsx';

const pageSize = 50;

/** Who lives where and who did, with moving in and out (EST-7). The address holds what is shown. */
export default function ResidentScreen() {
  const can = useCan();
  const { id: communityId } = useCommunity();
  const { search, change, go } = useAddress();
  const [isMovingIn, setMovingIn] = useState(false);
  const state = search.state === 'ended' ? 'ended' : 'current';
  const role = search.role !== undefined && search.role in occupancyRoles ? (search.role as OccupancyRole) : undefined;
  const page = Math.max(1, Number(search.page) || 1);
  const query = { page, pageSize, communityId, state, role, q: search.q || undefined } as const;
  const { data, error, isPending, isPlaceholderData } = useQuery({
    queryKey: ['occupancy', query],
    queryFn: ({ signal }) => call(listOccupancies, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const set = (patch: Record<string, string | undefined>) => change({ ...patch, page: undefined });
  const roles = Object.entries(occupancyRoles).map(([value, label]) => ({
    value,
    label: `${label}（${data?.roles[value] ?? 0}）`,
  }));
  return (
    <PageFrame
      help="在住和已迁出的住户。电话默认隐去，点眼睛查看会记入操作日志。"
      extra={
        can('resident.edit') ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setMovingIn(true)}>
            迁入
          </Button>
        ) : null
      }
    >
      <Space wrap style={{ marginBottom: 12 }}>
        <Segmented
          value={state}
          options={[
            { value: 'current', label: '在住' },
            { value: 'ended', label: '已迁出' },
          ]}
          onChange={(value) => set({ state: value === 'current' ? undefined : value })}
        />
        <Select
          allowClear
          placeholder="全部身份"
          aria-label="身份"
          style={{ width: 160 }}
          value={role ?? null}
          options={roles}
          onChange={(value: string | null | undefined) => set({ role: value ?? undefined })}
        />
        <Input.Search
          key={search.q ?? ''}
          allowClear
          defaultValue={search.q ?? ''}
          placeholder="姓名、拼音、电话后四位或房号"
          style={{ width: 280 }}
          onSearch={(q) => set({ q: q.trim() || undefined })}
        />
        <span>共 {(data?.total ?? 0).toLocaleString('zh-CN')} 条</span>
      </Space>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<OccupancyView>
        size="small"
        rowKey="id"
        loading={isPending || isPlaceholderData}
        dataSource={data?.rows ?? []}
        scroll={{ x: 900 }}
        locale={{ emptyText: <Empty description="没有符合条件的住户" /> }}
        pagination={{
          current: page,
          pageSize,
          total: data?.total ?? 0,
          showSizeChanger: false,
          onChange: (next) => change({ page: next === 1 ? undefined : String(next) }),
        }}
        columns={[
          { title: '姓名', dataIndex: 'name', width: 120 },
          {
            title: '电话',
            width: 170,
            render: (_, row) => <RevealPhone key={row.id} residentId={row.residentId} masked={row.phone} />,
          },
          {
            title: '房屋',
            render: (_, row) => (
              <Button type="link" size="small" style={{ padding: 0 }} onClick={() => openHouse(row)}>
                {row.houseLabel}
              </Button>
            ),
          },
          { title: '小区', dataIndex: 'communityLabel' },
          { title: '身份', width: 110, render: (_, row) => <Tag variant="filled">{occupancyRoles[row.role]}</Tag> },
          { title: '迁入日期', dataIndex: 'movedInOn', width: 110 },
          { title: '迁出日期', width: 110, render: (_, row) => row.movedOutOn ?? '—' },
          {
            title: '操作',
            width: 90,
            render: (_, row) => (row.movedOutOn === null ? <MoveOutButton occupancy={row} /> : null),
          },
        ]}
      />
      {isMovingIn ? <MoveInDialog communityId={communityId} onClose={() => setMovingIn(false)} /> : null}
    </PageFrame>
  );

  function openHouse(row: OccupancyView) {
    go('/estate/houses', { community: row.communityId, id: row.houseId });
  }
}
