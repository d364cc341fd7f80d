import {
  bankAccountResource,
  bookSureLines,
  confidences,
  listStatementLines,
  matchBankStatement,
  optionsEndpoint,
  type StatementLineView,
  setLineAside,
  statementStates,
  takeLineUp,
} from '@anlin/contract';
import { UploadOutlined } from '@ant-design/icons';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Input, Segmented, Select, Space, Table, type TableColumnType, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText, PageFrame, TaskProgress, useNoticeTask, useTask } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';

const StatementDialog = lazy(() => import('./statement-dialog.tsx'));
const AssignDialog = lazy(() => import('./assign-dialog.tsx'));

type State = StatementLineView['state'];
const pageSize = 50;
const accountOptions = optionsEndpoint(bankAccountResource);

/** 银行转账: payments of statements, matched to houses and booked. */
export default function TransferScreen() {
  const mayBook = useCan()('bankStatement.book');
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const noticeTask = useNoticeTask();
  const { search, change } = useAddress();
  const [isReading, setReading] = useState(false);
  const [assigning, setAssigning] = useState<StatementLineView>();
  const [taskId, setTaskId] = useState<string>();
  const state = (Object.keys(statementStates) as State[]).find((one) => one === search.state) ?? 'waiting';
  const page = Math.max(1, Math.floor(Number(search.page)) || 1);
  const accounts = useQuery({
    queryKey: [bankAccountResource.name, 'options'],
    queryFn: ({ signal }) => call(accountOptions, { query: {} as never, signal }),
  });
  const accountId = search.account ?? (accounts.data?.rows.length === 1 ? accounts.data.rows[0]?.id : undefined);
  const task = useTask(taskId);
  const taskState = task.data?.state ?? '';
  const query = { page, pageSize, state, bankAccountId: accountId, q: search.q };
  const list = useQuery({
    // A second task ends in the same state as the first, and what was read after that one is old by then.
    queryKey: ['bankTransfers', query, taskId, taskState],
    queryFn: ({ signal }) => call(listStatementLines, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['bankTransfers'] });
  const watch = (started: { taskId: string }) => {
    setTaskId(started.taskId);
    noticeTask();
  };
  const onError = (error: unknown) => void message.error(errorText(error));
  const body = { bankAccountId: accountId ?? '' };
  const match = useMutation({ mutationFn: () => call(matchBankStatement, { body }), onSuccess: watch, onError });
  const bookSure = useMutation({ mutationFn: () => call(bookSureLines, { body }), onSuccess: watch, onError });
  const takeUp = useMutation({
    mutationFn: (id: string) => call(takeLineUp, { params: { id } }),
    onSuccess: refresh,
    onError,
  });
  const askAside = (line: StatementLineView) => {
    let reason = '';
    modal.confirm({
      title: `搁置这笔 ${groupThousands(line.amount)} 元的转账？`,
      content: (
        <Input
          aria-label="搁置原因"
          placeholder="原因，如：不是物业费"
          maxLength={200}
          onChange={(event) => {
            reason = event.target.value.trim();
          }}
        />
      ),
      okText: '搁置',
      cancelText: '取消',
      onOk: async () => {
        try {
          await call(setLineAside, { params: { id: line.id }, body: { reason } });
        } catch (error) {
          onError(error);
          throw error;
        }
        await refresh();
      },
    });
  };
  const found = list.data;
  const actions: TableColumnType<StatementLineView> = {
    title: '操作',
    width: 130,
    fixed: 'right',
    render: (_, row) =>
      row.state === 'waiting' ? (
        <Space size={0}>
          <Button type="link" size="small" onClick={() => setAssigning(row)}>
            入账
          </Button>
          <Button type="link" size="small" onClick={() => askAside(row)}>
            搁置
          </Button>
        </Space>
      ) : row.state === 'aside' ? (
        <Button type="link" size="small" onClick={() => takeUp.mutate(row.id)}>
          放回待处理
        </Button>
      ) : null,
  };
  return (
    <PageFrame
      help="读取对账单后按金额、付款人、附言里的房号匹配。撤销收据后，这笔转账回到待处理。"
      extra={
        mayBook ? (
          <Button type="primary" icon={<UploadOutlined />} onClick={() => setReading(true)}>
            读取对账单
          </Button>
        ) : null
      }
    >
      <Space wrap>
        <Select
          aria-label="公司账户"
          style={{ width: 220 }}
          allowClear
          placeholder="全部账户"
          value={accountId ?? null}
          options={accounts.data?.rows.map(({ id, label }) => ({ value: id, label })) ?? []}
          onChange={(id?: string | null) => change({ account: id ?? undefined, page: undefined })}
        />
        <Segmented<State>
          aria-label="状态"
          value={state}
          options={Object.entries(statementStates).map(([value, label]) => ({
            value: value as State,
            label: value === 'waiting' && found ? `${label} ${found.waitingCount}` : label,
          }))}
          onChange={(next) => change({ state: next, page: undefined })}
        />
        <Input.Search
          aria-label="搜索"
          allowClear
          placeholder="付款人、附言、流水号"
          style={{ width: 220 }}
          defaultValue={search.q ?? ''}
          onSearch={(q) => change({ q: q.trim() || undefined, page: undefined })}
        />
        {mayBook && accountId ? (
          <>
            <Button disabled={!found?.waitingCount} loading={match.isPending} onClick={() => match.mutate()}>
              重新匹配
            </Button>
            <Button
              type="primary"
              disabled={!found?.sureCount}
              loading={bookSure.isPending}
              onClick={() => bookSure.mutate()}
            >
              {found?.sureCount
                ? `有把握的 ${found.sureCount} 笔全部入账（${groupThousands(found.sureSum)} 元）`
                : '有把握的全部入账'}
            </Button>
          </>
        ) : null}
        {found ? <span className="muted">{`共 ${found.total} 笔 ${groupThousands(found.sum)} 元`}</span> : null}
      </Space>
      {taskId ? <TaskProgress taskId={taskId} /> : null}
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <Table<StatementLineView>
        rowKey="id"
        size="small"
        aria-label="银行转账"
        loading={list.isFetching && !found}
        columns={mayBook ? [...columns, actions] : columns}
        dataSource={found?.rows ?? []}
        scroll={{ x: 1260 }}
        pagination={{
          current: page,
          pageSize,
          total: found?.total ?? 0,
          hideOnSinglePage: true,
          showSizeChanger: false,
          onChange: (next) => change({ page: String(next) }),
        }}
        locale={{ emptyText: <Empty description={emptyText[state]} /> }}
      />
      <Suspense>
        {isReading ? (
          <StatementDialog
            accountId={accountId}
            onClose={(started) => {
              setReading(false);
              if (!started) return;
              watch(started);
              change({ account: started.bankAccountId, state: 'waiting', page: undefined });
            }}
          />
        ) : null}
        {assigning ? (
          <AssignDialog
            line={assigning}
            onClose={(isDone) => {
              setAssigning(undefined);
              if (isDone) void refresh();
            }}
          />
        ) : null}
      </Suspense>
    </PageFrame>
  );
}

const emptyText: Readonly<Record<State, string>> = {
  waiting: '没有待处理的转账。点“读取对账单”上传网上银行下载的 Excel 或 CSV',
  booked: '还没有入账的转账',
  aside: '没有搁置的转账',
};
const confidenceColors = { sure: 'success', likely: 'warning', none: 'default' } as const;

const columns: TableColumnType<StatementLineView>[] = [
  { title: '日期', width: 100, dataIndex: 'paidOn' },
  { title: '金额', width: 110, align: 'right', render: (_, row) => <MoneyText yuan={row.amount} /> },
  {
    title: '付款人',
    width: 140,
    render: (_, row) => (
      <>
        {row.payerName}
        {row.payerAccount ? <span className="muted"> 尾号 {row.payerAccount}</span> : null}
      </>
    ),
  },
  { title: '附言', width: 180, ellipsis: true, dataIndex: 'remark' },
  { title: '流水号', width: 130, ellipsis: true, dataIndex: 'serial' },
  {
    title: '匹配',
    render: (_, row) => (
      <>
        {row.state === 'waiting' ? (
          <Tag color={confidenceColors[row.confidence]}>{confidences[row.confidence]}</Tag>
        ) : null}
        {row.targetName}
        {row.billNames ? <div className="muted">{row.billNames}</div> : null}
        {row.state === 'waiting' && row.why ? <div className="muted">{row.why}</div> : null}
        {row.problem ? <Alert type="warning" title={row.problem} /> : null}
        {row.asideReason}
      </>
    ),
  },
  { title: '收据', width: 160, dataIndex: 'receiptNumber' },
];
