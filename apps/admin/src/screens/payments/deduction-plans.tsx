import { type DeductionPlanView, listDeductionPlans } from '@anlin/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Empty, Table, type TableColumnsType, Tag } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';
import styles from '../cashier/receipts.module.css';

const DeductionPlanForm = lazy(() => import('./deduction-plan-form.tsx'));

/** When each community takes, and what it does when it gets nothing. */
export default function DeductionPlans() {
  const mayEdit = useCan()('paymentAgreement.plan');
  const queries = useQueryClient();
  const { id: communityId } = useCommunity();
  const [edited, setEdited] = useState<DeductionPlanView>();
  const { data, error, isPending } = useQuery({
    queryKey: ['agreements', 'plans'],
    queryFn: ({ signal }) => call(listDeductionPlans, { signal }),
  });
  const rows = (data?.rows ?? []).filter((row) => communityId === undefined || row.communityId === communityId);
  const columns: TableColumnsType<DeductionPlanView> = [
    { title: '小区', dataIndex: 'communityName' },
    {
      title: '自动扣款',
      width: 110,
      render: (_, row) => (row.isOn ? <Tag color="success">已启用</Tag> : <Tag>未启用</Tag>),
    },
    { title: '每月', width: 130, render: (_, row) => `${row.dayOfMonth} 日 ${row.atHour} 点` },
    {
      title: '提前通知',
      width: 110,
      render: (_, row) => (row.noticeHours === 0 ? '不提前' : `${row.noticeHours} 小时`),
    },
    {
      title: '没扣到再扣',
      width: 180,
      render: (_, row) => (row.retryDays.length === 0 ? '不重试' : `${row.retryDays.join('、')} 天后`),
    },
    {
      title: '收费项目',
      width: 110,
      render: (_, row) => (row.chargeItemIds.length === 0 ? '全部' : `${row.chargeItemIds.length} 项`),
    },
    { title: '生效签约', width: 100, align: 'right', render: (_, row) => `${row.activeCount} 份` },
    { title: '下次扣款', width: 120, render: (_, row) => row.nextOn ?? '' },
    ...(mayEdit
      ? [
          {
            title: '操作',
            width: 90,
            render: (_: unknown, row: DeductionPlanView) => (
              <Button size="small" onClick={() => setEdited(row)}>
                设置
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <div className={styles.list}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<DeductionPlanView>
        size="small"
        rowKey="communityId"
        aria-label="扣款计划"
        loading={isPending}
        pagination={false}
        columns={columns}
        dataSource={rows}
        locale={{ emptyText: <Empty description="没有可看的小区" /> }}
      />
      <Suspense>
        {edited ? (
          <DeductionPlanForm
            plan={edited}
            onClose={() => {
              setEdited(undefined);
              void queries.invalidateQueries({ queryKey: ['agreements'] });
            }}
          />
        ) : null}
      </Suspense>
    </div>
  );
}
