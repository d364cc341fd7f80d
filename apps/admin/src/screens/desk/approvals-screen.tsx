import {
  type ApprovalRow,
  type ApprovalState,
  approvalStates,
  approvalViews,
  countWaitingApprovals,
  listApprovals,
} from '@anlin/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Empty, Segmented, type TableColumnType, Tag } from 'antd';
import { lazy, Suspense } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, instantText, PageFrame, TotalsBar } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import styles from '../finance/finance.module.css';
import { ChoiceFilter, FilterRow, useFilterAddress } from '../finance/finance-filters.tsx';
import { PagedTable } from '../finance/paged-table.tsx';
import { stateColors } from './approval-words.ts';

const ApprovalDrawer = lazy(() => import('./approval-drawer.tsx'));

type View = keyof typeof approvalViews;

const emptyWords: Record<View, string> = {
  waiting: '没有等您审批的申请',
  requested: '您还没有提交过申请。设了审批流程的操作提交后会出现在这里',
  done: '您还没有处理过申请',
  all: '还没有审批申请。在“系统 · 审批流程”里设置哪些操作要先同意',
};

/** 我的审批: what waits for me, what I asked for, what I decided. */
export default function ApprovalsScreen() {
  const can = useCan();
  const { change } = useAddress();
  const address = useFilterAddress(['view', 'state']);
  const { search, page, pageSize } = address;
  const view: View = search.view && search.view in approvalViews ? (search.view as View) : 'waiting';
  const state = search.state && search.state in approvalStates ? (search.state as ApprovalState) : undefined;
  const query = { view, state, page, pageSize };
  const list = useQuery({
    queryKey: ['approval', 'list', query],
    queryFn: ({ signal }) => call(listApprovals, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const waiting = useQuery({
    queryKey: ['approval', 'waiting'],
    queryFn: ({ signal }) => call(countWaitingApprovals, { signal }),
  });
  const mayOversee = can('approval.view') || can('approvalFlow.edit');
  const views = (Object.keys(approvalViews) as View[]).filter((one) => one !== 'all' || mayOversee);
  const open = (id: string) => change({ id });
  return (
    <PageFrame isFilling help="需要您同意的操作，和您提交的申请。全部同意之前，什么都不会生效。">
      <div className={styles.page}>
        <FilterRow onClear={state ? () => address.set({ state: undefined }) : undefined}>
          <Segmented
            aria-label="范围"
            value={view}
            options={views.map((one) => ({ value: one, label: labelOf(one, waiting.data?.count ?? 0) }))}
            onChange={(next) => address.set({ view: next, state: undefined })}
          />
          {view === 'waiting' ? null : (
            <ChoiceFilter
              label="状态"
              value={state}
              options={Object.entries(approvalStates).map(([id, name]) => ({ id, name }))}
              onChange={(next) => address.set({ state: next })}
            />
          )}
        </FilterRow>
        {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
        <TotalsBar count={list.error ? null : list.data?.total} noun="条申请" />
        <PagedTable<ApprovalRow>
          label="审批申请"
          rowKey={(row) => row.id}
          columns={columns(open)}
          rows={list.data?.rows}
          total={list.data?.total ?? 0}
          page={page}
          pageSize={pageSize}
          isLoading={list.isPending}
          empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={emptyWords[view]} />}
          onPage={address.setPage}
          onOpen={(row) => open(row.id)}
        />
      </div>
      <Suspense>
        {search.id ? <ApprovalDrawer id={search.id} onClose={() => change({ id: undefined })} /> : null}
      </Suspense>
    </PageFrame>
  );
}

const labelOf = (view: View, waiting: number) =>
  view === 'waiting' && waiting > 0 ? `${approvalViews[view]} ${waiting}` : approvalViews[view];

function columns(open: (id: string) => void): TableColumnType<ApprovalRow>[] {
  const text = (title: string, width: number, read: (row: ApprovalRow) => string): TableColumnType<ApprovalRow> => ({
    title,
    width,
    ellipsis: true,
    render: (_, row) => read(row),
  });
  return [
    {
      title: '操作',
      width: 140,
      ellipsis: true,
      render: (_, row) => (
        <Button type="link" size="small" style={{ padding: 0 }} onClick={() => open(row.id)}>
          {row.actionLabel}
        </Button>
      ),
    },
    text('对象', 180, (row) => row.targetLabel),
    text('内容', 300, (row) => row.summary),
    {
      title: '金额',
      width: 110,
      align: 'right',
      render: (_, row) => (row.amount === null ? '' : <span className="figures">{groupThousands(row.amount)}</span>),
    },
    text('小区', 120, (row) => row.communityLabel ?? ''),
    text('申请人', 90, (row) => row.requesterName),
    text('提交时间', 140, (row) => instantText(row.requestedAt)),
    {
      title: '状态',
      width: 200,
      render: (_, row) => (
        <>
          <Tag color={stateColors[row.state]}>{approvalStates[row.state]}</Tag>
          {row.isStuck ? (
            <Tag color="error">无人可审批</Tag>
          ) : (
            <span className="muted">{row.waitingFor.join('、')}</span>
          )}
        </>
      ),
    },
  ];
}
