import { listStatementLinks, revokeStatementLink, type StatementLink, statementLinkStates } from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Empty, Popconfirm, Space, Table, type TableColumnType, Tag, Typography } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText } from '../../resource-ui/index.ts';
import { useCommunity } from '../../shell/community.ts';

/** Links given to owners: whose, until when, how often opened; taken back here. */
export function StatementLinksDrawer({ onClose }: { onClose: () => void }) {
  const { id: communityId } = useCommunity();
  const queries = useQueryClient();
  const [page, setPage] = useState(1);
  const { data, error, isFetching } = useQuery({
    queryKey: ['statementLinks', communityId, page],
    queryFn: ({ signal }) => call(listStatementLinks, { query: { communityId, page }, signal }),
    placeholderData: keepPreviousData,
  });
  const revoke = useMutation({
    mutationFn: (id: string) => call(revokeStatementLink, { params: { id } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['statementLinks'] }),
  });
  const problem = error ?? revoke.error;
  return (
    <Drawer open title="已发的对账单链接" size={1040} onClose={onClose}>
      {problem ? <Alert type="error" showIcon title={errorText(problem)} /> : null}
      <Table<StatementLink>
        size="small"
        rowKey="id"
        loading={isFetching}
        dataSource={data?.rows ?? []}
        columns={linkColumns((id) => revoke.mutate(id))}
        pagination={{ current: page, pageSize: 20, total: data?.total ?? 0, hideOnSinglePage: true, onChange: setPage }}
        locale={{ emptyText: <Empty description="还没有发过。选好业主后点“发给业主”" /> }}
      />
    </Drawer>
  );
}

const stateColours = { open: 'green', expired: 'default', revoked: 'default' } as const;

const linkColumns = (revoke: (id: string) => void): TableColumnType<StatementLink>[] => [
  { title: '业主', width: 90, render: (_, row) => row.ownerName || '现业主' },
  { title: '房屋', ellipsis: true, render: (_, row) => `${row.communityName} ${row.houses}` },
  { title: '对账日期', width: 190, render: (_, row) => `${row.from} 至 ${row.to}` },
  { title: '发出', width: 180, render: (_, row) => `${row.createdBy} ${instantText(row.createdAt)}` },
  { title: '失效', width: 130, render: (_, row) => instantText(row.revokedAt ?? row.expiresAt) },
  { title: '打开', width: 70, align: 'right', render: (_, row) => `${row.openCount} 次` },
  {
    title: '状态',
    width: 80,
    render: (_, row) => <Tag color={stateColours[row.state]}>{statementLinkStates[row.state]}</Tag>,
  },
  {
    title: '',
    width: 130,
    render: (_, row) => (row.state === 'open' ? <OpenLink row={row} onRevoke={() => revoke(row.id)} /> : null),
  },
];

function OpenLink({ row, onRevoke }: { row: StatementLink; onRevoke: () => void }) {
  const address = new URL(row.path, window.location.origin).href;
  return (
    <Space size={4}>
      <Typography.Text copyable={{ text: address, tooltips: ['复制链接', '已复制'] }}>链接</Typography.Text>
      <Popconfirm title="撤回后业主打不开这份对账单" okText="撤回" cancelText="不撤回" onConfirm={onRevoke}>
        <Button type="link" size="small" danger>
          撤回
        </Button>
      </Popconfirm>
    </Space>
  );
}
