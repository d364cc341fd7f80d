import { exportReconciliation, listReconciliations } from '@anlin/contract';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Segmented } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { PageFrame, TaskProgress, useNoticeTask, useTask } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import styles from '../finance/finance.module.css';
import { ChoiceFilter, FilterRow, RangeFilter } from '../finance/finance-filters.tsx';
import { StartExportButton } from '../finance/start-export-button.tsx';
import { ReconciliationDays } from './reconciliation-days.tsx';
import { LineFilters, ReconciliationLines } from './reconciliation-lines.tsx';
import { accountName } from './reconciliation-words.tsx';
import { useReconciliationAddress } from './use-reconciliation-address.ts';

const RunDialog = lazy(() => import('./run-reconciliation-dialog.tsx'));
const LineDrawer = lazy(() => import('./reconciliation-drawer.tsx'));

/** 线上对账: the channels' own bills against our books, by day and line by line. */
export default function ReconciliationScreen() {
  const can = useCan();
  const queries = useQueryClient();
  const noticeTask = useNoticeTask();
  const address = useReconciliationAddress();
  const { tab, lineFilter, dayFilter, page } = address;
  const [isAsking, setAsking] = useState(false);
  const [taskId, setTaskId] = useState<string>();
  const taskState = useTask(taskId).data?.state;
  useEffect(() => {
    if (taskState !== undefined) void queries.invalidateQueries({ queryKey: ['reconciliation'] });
  }, [taskState, queries]);
  const query = { ...dayFilter, page: tab === 'days' ? page : 1, pageSize: 50 };
  const days = useQuery({
    queryKey: ['reconciliation', 'days', query],
    queryFn: ({ signal }) => call(listReconciliations, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const accounts = days.data?.accounts ?? [];
  return (
    <PageFrame
      isFilling
      help="每天上午自动取各渠道昨天的账单，与本系统的收款和退款逐笔核对。差异查明后核销，账目不受影响。"
      extra={
        <>
          {can('reconciliation.export') ? (
            <StartExportButton
              total={days.data?.total}
              start={() => call(exportReconciliation, { body: lineFilter })}
            />
          ) : null}
          {can('reconciliation.run') ? (
            <Button type="primary" onClick={() => setAsking(true)}>
              立即对账
            </Button>
          ) : null}
        </>
      }
    >
      <div className={styles.page}>
        <FilterRow onClear={address.isFiltered ? address.clear : undefined}>
          <Segmented
            aria-label="视图"
            value={tab}
            options={[
              { value: 'days', label: '每日' },
              { value: 'lines', label: '逐笔' },
            ]}
            onChange={(next) => address.set({ tab: next === 'lines' ? 'lines' : undefined })}
          />
          <RangeFilter
            label="账单日"
            unit="day"
            from={lineFilter.from}
            to={lineFilter.to}
            onChange={(from, to) => address.set({ from, to })}
          />
          {accounts.length > 1 || lineFilter.channelId ? (
            <ChoiceFilter
              label="商户"
              width={220}
              value={lineFilter.channelId}
              options={accounts.map((one) => ({ id: one.channelId, name: accountName(one) }))}
              onChange={(channelId) => address.set({ channelId })}
            />
          ) : null}
          <Button
            type={address.isOpen ? 'primary' : 'default'}
            aria-pressed={address.isOpen}
            onClick={() => address.set({ open: address.isOpen ? undefined : 'exception', outcome: undefined })}
          >
            待处理
          </Button>
          {tab === 'lines' ? <LineFilters address={address} /> : null}
        </FilterRow>
        {taskId ? <TaskProgress taskId={taskId} /> : null}
        {days.error ? <Alert type="error" showIcon title={errorText(days.error)} /> : null}
        {tab === 'days' ? (
          <ReconciliationDays reply={days.data} isLoading={days.isPending} address={address} />
        ) : (
          <ReconciliationLines address={address} />
        )}
      </div>
      <Suspense>
        {isAsking ? (
          <RunDialog
            accounts={accounts}
            onClose={(started) => {
              setAsking(false);
              if (!started) return;
              setTaskId(started);
              noticeTask();
            }}
          />
        ) : null}
        {address.lineId ? (
          <LineDrawer key={address.lineId} lineId={address.lineId} onClose={address.closeLine} />
        ) : null}
      </Suspense>
    </PageFrame>
  );
}
