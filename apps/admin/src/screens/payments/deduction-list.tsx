import {
  channelKinds,
  type DeductionRow,
  type DeductionState,
  deductionFailures,
  deductionStates,
  handleDeduction,
  listDeductions,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Space, Table, type TableColumnsType, Tag } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, instantText, MoneyText, TotalsBar } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import styles from '../cashier/receipts.module.css';
import { deductionColours } from './agreement-words.ts';
import { SearchAndState } from './search-and-state.tsx';

const pageSize = 50;

/** What was and will be taken by agreement, every try with its reason. */
export default function DeductionList() {
  const { message, modal } = App.useApp();
  const can = useCan();
  const queries = useQueryClient();
  const { search, change } = useAddress();
  const { id: communityId } = useCommunity();
  const page = Math.max(1, Number(search.page ?? 1) || 1);
  const isOpen = search.open === 'failed';
  const state =
    search.state !== undefined && search.state in deductionStates ? (search.state as DeductionState) : undefined;
  const query = { page, pageSize, communityId, q: search.q, state, open: isOpen ? ('failed' as const) : undefined };
  const list = useQuery({
    queryKey: ['agreements', 'deductions', query],
    queryFn: ({ signal }) => call(listDeductions, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const handle = useMutation({
    mutationFn: ({ id, action }: { id: string; action: 'acknowledge' | 'cancel' }) =>
      call(handleDeduction, { params: { id }, body: { action } }),
    onSuccess: (_, { action }) => message.success(action === 'cancel' ? '这次不再扣款' : '已标为处理'),
    onError: (error) => void message.error(errorText(error)),
    onSettled: () =>
      Promise.all(['agreements', 'console'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const cancel = (row: DeductionRow) =>
    modal.confirm({
      title: `不再扣 ${row.targetName} ${row.plannedOn} 的款？`,
      content: '只取消这一次，签约不变；下个月照常扣款。',
      okText: '不再扣',
      cancelText: '返回',
      onOk: () => handle.mutateAsync({ id: row.id, action: 'cancel' }).catch(() => undefined),
    });
  const set = (patch: Record<string, string | undefined>) => change({ ...patch, page: undefined });
  return (
    <>
      <div className={styles.filters}>
        <SearchAndState placeholder="房号、住户" states={deductionStates} state={state} />
        <Button
          type={isOpen ? 'primary' : 'default'}
          aria-pressed={isOpen}
          onClick={() => set({ open: isOpen ? undefined : 'failed', state: undefined })}
        >
          待处理的失败
        </Button>
      </div>
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <div className={styles.list}>
        <TotalsBar
          count={list.data?.total}
          noun="次扣款"
          totals={
            list.data
              ? [
                  { label: `已扣 ${list.data.doneCount} 次`, value: groupThousands(list.data.doneSum), unit: '元' },
                  { label: '失败', value: String(list.data.failedCount), unit: '次' },
                ]
              : []
          }
        />
        <Table<DeductionRow>
          size="small"
          rowKey="id"
          sticky
          aria-label="扣款记录"
          scroll={{ x: 1080 }}
          loading={list.isPending}
          dataSource={list.data?.rows ?? []}
          columns={columns({
            mayHandle: can('paymentAgreement.end'),
            acknowledge: (id) => handle.mutate({ id, action: 'acknowledge' }),
            cancel,
          })}
          expandable={{
            expandedRowRender: (row) => <Tries row={row} />,
            rowExpandable: (row) => row.tries.length > 0,
          }}
          locale={{ emptyText: <Empty description={isOpen ? '没有要处理的失败' : '还没有扣款'} /> }}
          pagination={{
            current: page,
            pageSize,
            total: list.data?.total ?? 0,
            hideOnSinglePage: true,
            showSizeChanger: false,
            onChange: (next) => change({ page: String(next) }),
          }}
        />
      </div>
    </>
  );
}

interface RowActions {
  mayHandle: boolean;
  acknowledge(id: string): void;
  cancel(row: DeductionRow): void;
}

const columns = ({ mayHandle, acknowledge, cancel }: RowActions): TableColumnsType<DeductionRow> => [
  { title: '扣款日', dataIndex: 'plannedOn', width: 110 },
  { title: '房屋', dataIndex: 'targetName', width: 150 },
  { title: '签约人', dataIndex: 'residentName', width: 100, ellipsis: true },
  { title: '渠道', width: 90, render: (_, row) => channelKinds[row.channelKind] },
  { title: '金额', width: 110, align: 'right', render: (_, row) => <MoneyText yuan={row.amount} /> },
  {
    title: '状态',
    width: 110,
    render: (_, row) => <Tag color={deductionColours[row.state]}>{deductionStates[row.state]}</Tag>,
  },
  {
    title: '说明',
    ellipsis: true,
    render: (_, row) => {
      const why = row.failure ? `${deductionFailures[row.failure]}${row.reason ? `：${row.reason}` : ''}` : row.reason;
      return row.state === 'waiting' && row.nextAt ? `${instantText(row.nextAt)} 扣${why ? `；上次${why}` : ''}` : why;
    },
  },
  {
    title: '操作',
    width: 130,
    fixed: 'right',
    render: (_, row) => (
      <Space>
        {mayHandle && row.state === 'failed' && !row.isHandled ? (
          <Button size="small" onClick={() => acknowledge(row.id)}>
            标为已处理
          </Button>
        ) : null}
        {row.state === 'failed' && row.isHandled ? <span className="muted">已处理</span> : null}
        {mayHandle && row.state === 'waiting' ? (
          <Button size="small" onClick={() => cancel(row)}>
            不再扣
          </Button>
        ) : null}
      </Space>
    ),
  },
];

const outcomes = { charging: '扣款中', paid: '扣到', failed: '没有扣到' } as const;

function Tries({ row }: { row: DeductionRow }) {
  return (
    <Table<DeductionRow['tries'][number]>
      size="small"
      rowKey="attempt"
      pagination={false}
      dataSource={row.tries}
      columns={[
        { title: '第几次', width: 80, dataIndex: 'attempt' },
        { title: '时间', width: 150, render: (_, one) => instantText(one.at) },
        { title: '金额', width: 110, align: 'right', render: (_, one) => <MoneyText yuan={one.amount} /> },
        { title: '结果', width: 100, render: (_, one) => outcomes[one.outcome] },
        { title: '原因', render: (_, one) => one.reason || (one.failure ? deductionFailures[one.failure] : '') },
        { title: '收据', width: 170, dataIndex: 'receiptNumber' },
        { title: '订单号', width: 280, dataIndex: 'orderNo' },
      ]}
    />
  );
}
