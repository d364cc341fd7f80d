import {
  type DunningPlanView,
  deleteDunningPlan,
  dunningChannels,
  listDunningPlans,
  updateDunningPlan,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Empty, Space, Switch, Table, type TableColumnType } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';
import { useCommunity } from '../../shell/community.ts';

const DunningPlanForm = lazy(() => import('./dunning-plan-form.tsx'));

const plansKey = ['dunningPlans'] as const;

/** Plans by which households are asked on days of their own. */
export default function DunningPlansDrawer({ onClose }: { onClose: () => void }) {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const { id: communityId } = useCommunity();
  const mayEdit = useCan()('dunningPlan.edit');
  const [edited, setEdited] = useState<DunningPlanView | 'new'>();
  const { data, error, isPending } = useQuery({
    queryKey: [...plansKey, communityId],
    queryFn: ({ signal }) => call(listDunningPlans, { query: communityId ? { communityId } : {}, signal }),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: plansKey });
  const onError = (problem: unknown) => void message.error(errorText(problem));
  const toggle = useMutation({
    mutationFn: (plan: DunningPlanView) =>
      call(updateDunningPlan, { params: { id: plan.id }, body: { ...termsOf(plan), isEnabled: !plan.isEnabled } }),
    onSuccess: (_, plan) => message.success(plan.isEnabled ? '计划已停用' : '计划已启用，从明天开始'),
    onError,
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: (id: string) => call(deleteDunningPlan, { params: { id } }),
    onSuccess: () => message.success('催缴计划已删除'),
    onError,
    onSettled: refresh,
  });
  const columns: TableColumnType<DunningPlanView>[] = [
    { title: '计划', dataIndex: 'name', render: (name: string) => <b>{name}</b> },
    { title: '小区', dataIndex: 'communityName' },
    {
      title: '收费项目',
      dataIndex: 'itemNames',
      render: (names: string[]) => (names.length === 0 ? '全部项目' : names.join('、')),
    },
    { title: '何时', dataIndex: 'momentText' },
    {
      title: '渠道',
      dataIndex: 'channels',
      render: (channels: DunningPlanView['channels']) => channels.map((one) => dunningChannels[one]).join('、'),
    },
    {
      title: '下次',
      render: (_, { isEnabled, nextOn }) =>
        isEnabled ? (nextOn ?? <span className="muted">没有待催的账单</span>) : <span className="muted">已停用</span>,
    },
    {
      title: '上次',
      render: (_, { lastOn, lastCount }) =>
        lastOn === null ? <span className="muted">还没有</span> : `${lastOn}，${lastCount} 户`,
    },
    {
      title: '启用',
      width: 80,
      render: (_, plan) => (
        <Switch
          aria-label={`启用“${plan.name}”`}
          size="small"
          checked={plan.isEnabled}
          disabled={!mayEdit || !plan.isMine}
          loading={toggle.isPending && toggle.variables?.id === plan.id}
          onChange={() => toggle.mutate(plan)}
        />
      ),
    },
    ...(mayEdit
      ? [
          {
            title: '操作',
            width: 130,
            render: (_: unknown, plan: DunningPlanView) =>
              plan.isMine ? (
                <Space>
                  <Button size="small" onClick={() => setEdited(plan)}>
                    修改
                  </Button>
                  <Button
                    size="small"
                    danger
                    onClick={() =>
                      modal.confirm({
                        title: `删除催缴计划“${plan.name}”？`,
                        content: '以后不再按它催缴，发过的记录保留。',
                        okText: '删除',
                        cancelText: '取消',
                        onOk: () => remove.mutateAsync(plan.id).catch(() => undefined),
                      })
                    }
                  >
                    删除
                  </Button>
                </Space>
              ) : null,
          },
        ]
      : []),
  ];
  return (
    <Drawer
      open
      size={1080}
      title="催缴计划"
      onClose={onClose}
      extra={
        mayEdit ? (
          <Button type="primary" onClick={() => setEdited('new')}>
            新增催缴计划
          </Button>
        ) : null
      }
    >
      <p className="muted">到了日子自动催缴，每户每天一条，不超过设置的间隔。启用或改期后从次日开始；停用立即生效。</p>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<DunningPlanView>
        rowKey="id"
        size="small"
        loading={isPending}
        pagination={false}
        columns={columns}
        dataSource={data?.rows ?? []}
        locale={{ emptyText: <Empty description="还没有催缴计划。可从“到期前 3 天，微信”开始新增" /> }}
      />
      <Suspense>
        {edited ? (
          <DunningPlanForm
            plan={edited === 'new' ? undefined : edited}
            onClose={(isSaved) => {
              setEdited(undefined);
              if (isSaved) void refresh();
            }}
          />
        ) : null}
      </Suspense>
    </Drawer>
  );
}

/** What is sent when a plan is changed. */
function termsOf(plan: DunningPlanView) {
  const { name, chargeItemIds, moment, days, channels, atHour, isEnabled, version } = plan;
  return { name, chargeItemIds, moment, days, channels, atHour, isEnabled, version };
}
