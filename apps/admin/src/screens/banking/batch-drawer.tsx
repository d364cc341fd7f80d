import {
  cancelWithholding,
  getWithholdingBatch,
  type WithholdingBatchView,
  type WithholdingLineView,
  withholdingAnswers,
  withholdingStates,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Alert,
  App,
  Button,
  Descriptions,
  Drawer,
  Input,
  Segmented,
  Space,
  Table,
  type TableColumnType,
  Tag,
} from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, MoneyText, openFile, TaskProgress } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { stateColors } from './batch-states.ts';
import { ResultDialog } from './result-dialog.tsx';

const pollMilliseconds = 1500;
const pageSize = 100;
type Answer = WithholdingLineView['answer'];

/** One batch: its file, the bank's answer, and what became of each account. */
export default function BatchDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const queries = useQueryClient();
  const [answer, setAnswer] = useState<Answer | 'all'>('all');
  const [page, setPage] = useState(1);
  const { data, error } = useQuery({
    queryKey: ['withholding', 'batch', id, answer, page],
    queryFn: ({ signal }) =>
      call(getWithholdingBatch, {
        params: { id },
        query: { page, pageSize, ...(answer === 'all' ? {} : { answer }) },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      ['making', 'booking'].includes(state.data?.batch.state ?? '') ? pollMilliseconds : false,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['withholding'] });
  return (
    <Drawer open size={980} title={data ? `代扣批次 ${data.batch.number}` : '代扣批次'} onClose={onClose}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? (
        <Space orientation="vertical" size="middle" style={{ width: '100%' }}>
          <Figures batch={data.batch} />
          <Actions batch={data.batch} onDone={refresh} />
          <Segmented<Answer | 'all'>
            aria-label="按结果筛选"
            value={answer}
            onChange={(next) => {
              setAnswer(next);
              setPage(1);
            }}
            options={[
              { value: 'all', label: '全部' },
              ...Object.entries(withholdingAnswers).map(([value, label]) => ({ value: value as Answer, label })),
            ]}
          />
          <Table<WithholdingLineView>
            rowKey="id"
            size="small"
            aria-label="代扣明细"
            columns={columns}
            dataSource={data.lines}
            scroll={{ x: 1000 }}
            pagination={{
              current: page,
              pageSize,
              total: data.lineTotal,
              hideOnSinglePage: true,
              showSizeChanger: false,
              onChange: setPage,
            }}
          />
        </Space>
      ) : null}
    </Drawer>
  );
}

function Figures({ batch }: { batch: WithholdingBatchView }) {
  const sum = (count: number, total: string) => `${count} 户 ${groupThousands(total)} 元`;
  return (
    <Descriptions
      size="small"
      column={3}
      items={[
        {
          key: 'state',
          label: '状态',
          children: <Tag color={stateColors[batch.state]}>{withholdingStates[batch.state]}</Tag>,
        },
        { key: 'bank', label: '银行', children: batch.bankName },
        { key: 'month', label: '账期到', children: batch.monthTo },
        { key: 'all', label: '送银行', children: sum(batch.count, batch.total) },
        {
          key: 'paid',
          label: '成功',
          children: `${sum(batch.paidCount, batch.paidTotal)}，已开收据 ${batch.bookedCount} 张`,
        },
        { key: 'failed', label: '失败', children: sum(batch.failedCount, batch.failedTotal) },
        { key: 'made', label: '批次日期', children: batch.madeOn },
        { key: 'received', label: '到账日期', children: batch.receivedOn ?? '—' },
        { key: 'result', label: '结果文件', children: batch.resultName || '—' },
      ]}
    />
  );
}

function Actions({ batch, onDone }: { batch: WithholdingBatchView; onDone: () => void }) {
  const can = useCan();
  const { message, modal } = App.useApp();
  const [isReading, setReading] = useState<'result' | 'again'>();
  const cancel = useMutation({
    mutationFn: (reason: string) => call(cancelWithholding, { params: { id: batch.id }, body: { reason } }),
    onSuccess: onDone,
    onError: (error) => message.error(errorText(error)),
  });
  const askCancel = () => {
    let reason = '';
    modal.confirm({
      title: `取消批次 ${batch.number}？`,
      content: (
        <Input
          aria-label="取消原因"
          placeholder="取消原因"
          maxLength={200}
          onChange={(event) => {
            reason = event.target.value.trim();
          }}
        />
      ),
      okText: '取消批次',
      cancelText: '不取消',
      onOk: async () => {
        if (reason === '') {
          message.warning('请填写取消原因');
          throw new Error('a reason is needed');
        }
        await cancel.mutateAsync(reason).catch(() => {});
      },
    });
  };
  const { fileId, state, taskId } = batch;
  return (
    <>
      {batch.problems.length > 0 ? (
        <Alert type="error" showIcon title="没有生成文件" description={batch.problems.join('；')} />
      ) : null}
      {taskId && (state === 'making' || state === 'booking') ? <TaskProgress taskId={taskId} /> : null}
      <Space wrap>
        {fileId && can('bankBatch.make') ? (
          <Button onClick={() => openFile(fileId).catch((error) => message.error(errorText(error)))}>
            下载代扣文件
          </Button>
        ) : null}
        {state === 'ready' && can('bankBatch.book') ? (
          <Button type="primary" onClick={() => setReading('result')}>
            读取结果文件
          </Button>
        ) : null}
        {state === 'booking' && can('bankBatch.book') ? (
          <Button onClick={() => setReading('again')}>继续入账</Button>
        ) : null}
        {['making', 'unfit', 'ready'].includes(state) && can('bankBatch.make') ? (
          <Button onClick={askCancel}>取消批次</Button>
        ) : null}
      </Space>
      {isReading ? (
        <ResultDialog
          batch={batch}
          isAgain={isReading === 'again'}
          onClose={(isDone) => {
            setReading(undefined);
            if (isDone) onDone();
          }}
        />
      ) : null}
    </>
  );
}

const answerColors: Readonly<Record<Answer, string>> = { none: 'default', paid: 'success', failed: 'error' };

const columns: TableColumnType<WithholdingLineView>[] = [
  { title: '序号', width: 60, dataIndex: 'lineNumber' },
  { title: '房屋', width: 140, ellipsis: true, dataIndex: 'houseName' },
  { title: '户名', width: 90, ellipsis: true, dataIndex: 'accountName' },
  { title: '账号', width: 100, dataIndex: 'accountMasked' },
  { title: '账单', ellipsis: true, dataIndex: 'billNames' },
  { title: '金额', width: 100, align: 'right', render: (_, row) => <MoneyText yuan={row.amount} /> },
  {
    title: '结果',
    width: 190,
    render: (_, row) => (
      <>
        <Tag color={answerColors[row.answer]}>{withholdingAnswers[row.answer]}</Tag>
        {row.reason}
      </>
    ),
  },
  {
    title: '收据',
    width: 190,
    render: (_, row) => (
      <>
        {row.receiptNumber}
        {row.isReversed ? <Tag>已撤销</Tag> : null}
        {row.prepaid === '0.00' ? null : <Tag color="orange">转预存 {row.prepaid}</Tag>}
      </>
    ),
  },
];
