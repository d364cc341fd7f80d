import { type BookClosing, type ClosingKind, closingKinds, listBookClosings } from '@anlin/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Empty, Space, Table, type TableColumnType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText, PageFrame } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import { CloseDialog } from './close-dialog.tsx';
import styles from './closing.module.css';
import { ClosingDrawer } from './closing-drawer.tsx';
import { stretchText } from './stretch-text.ts';

/** FIN-5: up to which day a community's books are closed, what was closed when, and the next day or month. */
export default function ClosingScreen() {
  const can = useCan();
  const queries = useQueryClient();
  const { id: communityId, name } = useCommunity();
  const [closing, setClosing] = useState<ClosingKind>();
  const [opened, setOpened] = useState<string>();
  const { data, error, isFetching } = useQuery({
    queryKey: ['bookClosings', communityId],
    queryFn: ({ signal }) => call(listBookClosings, { query: { communityId: communityId ?? '' }, signal }),
    enabled: communityId !== undefined,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['bookClosings'] });
  if (communityId === undefined)
    return (
      <PageFrame help="结账以小区为单位。">
        <Empty description="请先在右上方选择一个小区" />
      </PageFrame>
    );
  const closedUntil = data?.closedUntil ?? null;
  const hasOpenDay = data !== undefined && (closedUntil === null || data.yesterday > closedUntil);
  return (
    <PageFrame help="结账保存当时的数字。结账日及以前不能再收款、退款、撤销或改单据，更正记入之后的日子；补出的账单记入第一个未结的日子。">
      <div className={styles.page}>
        <Space wrap size="middle">
          {can('books.close') ? (
            <>
              <Button type="primary" disabled={!hasOpenDay} onClick={() => setClosing('day')}>
                日结
              </Button>
              <Button disabled={!data?.nextMonthEnd} onClick={() => setClosing('month')}>
                月结
              </Button>
            </>
          ) : null}
          {data ? (
            <strong>{closedUntil === null ? `${name} 还没有结过账` : `${name} 已结到 ${closedUntil}`}</strong>
          ) : null}
        </Space>
        {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
        <Table<BookClosing>
          rowKey="id"
          size="small"
          aria-label="结账记录"
          loading={isFetching}
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          columns={columns}
          dataSource={data?.rows ?? []}
          scroll={{ x: 900 }}
          onRow={(row) => ({ onClick: () => setOpened(row.id), style: { cursor: 'pointer' } })}
          locale={{ emptyText: <Empty description="还没有结过账。核对昨天的收款后点“日结”" /> }}
        />
      </div>
      {closing && data ? (
        <CloseDialog
          communityId={communityId}
          kind={closing}
          state={data}
          onClose={(isDone) => {
            setClosing(undefined);
            if (isDone) void refresh();
          }}
        />
      ) : null}
      {opened ? <ClosingDrawer id={opened} onClose={() => setOpened(undefined)} onReopened={refresh} /> : null}
    </PageFrame>
  );
}

const figure = (title: string, read: (row: BookClosing) => string): TableColumnType<BookClosing> => ({
  title,
  width: 130,
  align: 'right',
  render: (_, row) => <MoneyText yuan={read(row)} />,
});

const columns: TableColumnType<BookClosing>[] = [
  { title: '结账', width: 70, render: (_, row) => closingKinds[row.kind] },
  { title: '日期', width: 200, render: (_, row) => stretchText(row.firstDay, row.lastDay) },
  figure('入账账单', (row) => row.raised),
  figure('收款净额', (row) => row.income),
  figure('应收余额', (row) => row.receivableBalance),
  { title: '结账人', width: 90, ellipsis: true, dataIndex: 'staffName' },
  { title: '结账时间', width: 140, render: (_, row) => instantText(row.closedAt) },
  {
    title: '状态',
    width: 90,
    render: (_, row) => (row.reopenedAt === null ? <Tag color="green">已结</Tag> : <Tag>已反结</Tag>),
  },
];
