import {
  followerStates,
  listOfficialFollowers,
  type OfficialFollowerView,
  syncOfficialFollowers,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Empty, Input, Select, Table, type TableColumnsType, Tag, Typography } from 'antd';
import dayjs from 'dayjs';
import { useEffect } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, TaskBar, TotalsBar, useNoticeTask, useTask } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import styles from './official-account.module.css';

const pageSize = 50;
const followersKey = ['officialFollowers'] as const;
const oneOf = <T extends string>(value: string | undefined, all: readonly T[]) => all.find((one) => one === value);

/** Who follows the account, and who of them is bound to a resident. */
export function FollowersPanel() {
  const maySync = useCan()('officialAccount.publish');
  const { search, change } = useAddress();
  const page = Math.max(1, Number(search.page ?? 1) || 1);
  const query = {
    page,
    pageSize,
    state: oneOf(search.state, ['following', 'left']),
    bound: oneOf(search.bound, ['yes', 'no']),
    q: search.q,
    from: search.from,
    to: search.to,
  };
  const list = useQuery({
    queryKey: [...followersKey, query],
    queryFn: ({ signal }) => call(listOfficialFollowers, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const set = (patch: Record<string, string | undefined>) => change({ ...patch, page: undefined });
  return (
    <>
      <div className={styles.tools}>
        <Input.Search
          key={search.q}
          allowClear
          placeholder="住户姓名"
          aria-label="住户姓名"
          style={{ width: 180 }}
          defaultValue={search.q}
          onSearch={(q) => set({ q: q.trim() || undefined })}
        />
        <Select
          aria-label="关注状态"
          allowClear
          placeholder="关注状态"
          style={{ width: 130 }}
          value={query.state}
          options={Object.entries(followerStates).map(([value, label]) => ({ value, label }))}
          onChange={(value) => set({ state: value })}
        />
        <Select
          aria-label="是否绑定"
          allowClear
          placeholder="是否绑定住户"
          style={{ width: 130 }}
          value={query.bound}
          options={[
            { value: 'yes', label: '已绑定' },
            { value: 'no', label: '未绑定' },
          ]}
          onChange={(value) => set({ bound: value })}
        />
        <DatePicker.RangePicker
          aria-label="关注日期"
          allowEmpty={[true, true]}
          value={[search.from ? dayjs(search.from) : null, search.to ? dayjs(search.to) : null]}
          onChange={(days) => set({ from: days?.[0]?.format('YYYY-MM-DD'), to: days?.[1]?.format('YYYY-MM-DD') })}
        />
        {maySync ? <SyncButton /> : null}
      </div>
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <TotalsBar count={list.data?.total} noun="人" />
      <Table<OfficialFollowerView>
        size="small"
        rowKey="id"
        scroll={{ x: 900 }}
        loading={list.isPending}
        dataSource={list.data?.rows ?? []}
        columns={columns}
        locale={{ emptyText: <Empty description="还没有关注者。绑定后新关注的会自动记下，以前的请从微信同步" /> }}
        pagination={{
          current: page,
          pageSize,
          total: list.data?.total ?? 0,
          showSizeChanger: false,
          onChange: (next) => change({ page: String(next) }),
        }}
      />
      <p className="muted">关注者从菜单或回复里的链接进入住户端，登录后就与住户绑定。</p>
    </>
  );
}

const dayOf = (at: string | null) => (at === null ? '—' : instantText(at).slice(0, 10));

const columns: TableColumnsType<OfficialFollowerView> = [
  { title: 'openid', dataIndex: 'openIdMasked', width: 150 },
  {
    title: '状态',
    dataIndex: 'state',
    width: 110,
    render: (state: OfficialFollowerView['state']) => (
      <Tag color={state === 'following' ? 'success' : 'default'}>{followerStates[state]}</Tag>
    ),
  },
  { title: '关注日期', dataIndex: 'followedAt', width: 120, render: dayOf },
  { title: '取消关注日期', dataIndex: 'leftAt', width: 120, render: dayOf },
  {
    title: '住户',
    width: 140,
    render: (_, { isBound, residentId, residentName }) => {
      if (!isBound) return <Tag>未绑定</Tag>;
      if (residentId === null) return <Tag color="processing">已绑定（不在您的数据范围）</Tag>;
      return <Typography.Link href={`/estate/residents/file?id=${residentId}`}>{residentName}</Typography.Link>;
    },
  },
  { title: '小区', dataIndex: 'communityNames', render: (names: string[]) => names.join('、') },
  {
    title: '最近互动',
    dataIndex: 'lastSeenAt',
    width: 150,
    render: (at: string | null) => (at === null ? '—' : instantText(at)),
  },
];

function SyncButton() {
  const queries = useQueryClient();
  const notice = useNoticeTask();
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => call(syncOfficialFollowers),
    onSuccess: notice,
  });
  const { data: task } = useTask(data?.taskId);
  const isDone = task?.state === 'done';
  useEffect(() => {
    if (isDone) void queries.invalidateQueries({ queryKey: followersKey });
  }, [isDone, queries]);
  return (
    <>
      <Button loading={isPending} onClick={() => mutate()}>
        从微信同步
      </Button>
      {error ? <Alert type="error" showIcon role="alert" title={errorText(error)} /> : null}
      {task ? (
        <div style={{ width: 260 }}>
          <TaskBar task={task} />
        </div>
      ) : null}
    </>
  );
}
