import {
  type ApprovalFlowView,
  approvalModes,
  deleteApprovalFlow,
  listApprovalFlows,
  moveApprovalFlow,
} from '@anlin/contract';
import { ArrowDownOutlined, ArrowUpOutlined, PlusOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Space, Table, Tag, Tooltip } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, PageFrame } from '../../resource-ui/index.ts';
import { useSession } from '../../session/session-context.ts';

const ApprovalFlowForm = lazy(() => import('./approval-flow-form.tsx'));

/** 审批流程: which actions need whose agreement, and when. */
export default function ApprovalFlowsScreen() {
  const { modal, message } = App.useApp();
  const { communities } = useSession();
  const queries = useQueryClient();
  const [editing, setEditing] = useState<ApprovalFlowView | 'new'>();
  const { data, error } = useQuery({
    queryKey: ['approvalFlow', 'list'],
    queryFn: ({ signal }) => call(listApprovalFlows, { signal }),
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['approvalFlow'] });
  const move = useMutation({
    mutationFn: ({ id, direction }: { id: string; direction: 'up' | 'down' }) =>
      call(moveApprovalFlow, { params: { id }, body: { direction } }),
    onError: (failure) => message.error(errorText(failure)),
    onSuccess: refresh,
  });
  const remove = (flow: ApprovalFlowView) =>
    modal.confirm({
      title: `删除审批流程“${flow.name}”？`,
      content: `审批中的申请按原流程走完。没有其他流程匹配时，“${flow.actionLabel}”将不再需要审批。`,
      okText: '删除',
      okButtonProps: { danger: true },
      async onOk() {
        try {
          await call(deleteApprovalFlow, { params: { id: flow.id } });
          message.success('审批流程已删除');
        } catch (failure) {
          message.error(errorText(failure));
        }
        await refresh();
      },
    });
  const communityNames = (ids: readonly string[]) =>
    ids.length === 0
      ? '全部小区'
      : ids.map((id) => communities.find((one) => one.id === id)?.name ?? '其他小区').join('、');
  return (
    <PageFrame
      help="哪些操作要谁同意才生效。同一操作有几个流程时，从上到下第一个符合条件的生效。"
      extra={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
          新增审批流程
        </Button>
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      <Table<ApprovalFlowView>
        size="small"
        rowKey="id"
        aria-label="审批流程列表"
        loading={!data && !error}
        pagination={false}
        dataSource={data?.rows ?? []}
        scroll={{ x: 980 }}
        locale={{
          emptyText: (
            <Empty
              image={Empty.PRESENTED_IMAGE_SIMPLE}
              description="还没有审批流程，所有操作立即生效。点“新增审批流程”选择要审批的操作"
            />
          ),
        }}
        columns={[
          { title: '操作类型', dataIndex: 'actionLabel', width: 110 },
          { title: '流程名称', dataIndex: 'name', width: 180 },
          {
            title: '条件',
            width: 220,
            render: (_, flow) => (
              <>
                {communityNames(flow.communityIds)}
                {amountText(flow) === '' ? null : <div className="figures">{amountText(flow)}</div>}
              </>
            ),
          },
          {
            title: '审批人',
            render: (_, flow) => (
              <ol style={{ margin: 0, paddingInlineStart: 18 }}>
                {flow.levels.map((level, index) => (
                  <li key={`${flow.id} ${String(index)}`}>
                    {level.approvers
                      .map((one) => (one.kind === 'group' ? `权限组“${one.label}”` : one.label))
                      .join('、')}
                    {level.approvers.length > 1 || level.mode === 'all' ? (
                      <span className="muted">（{approvalModes[level.mode]}）</span>
                    ) : null}
                    {level.problem === '' ? null : <Tag color="error">{level.problem}</Tag>}
                  </li>
                ))}
              </ol>
            ),
          },
          {
            title: '状态',
            width: 80,
            render: (_, flow) => (
              <Tag color={flow.isEnabled ? 'success' : 'default'}>{flow.isEnabled ? '启用' : '停用'}</Tag>
            ),
          },
          {
            title: '操作',
            width: 200,
            fixed: 'end',
            render: (_, flow) => (
              <Space size={0}>
                <Tooltip title="提前">
                  <Button
                    type="text"
                    size="small"
                    aria-label={`提前 ${flow.name}`}
                    icon={<ArrowUpOutlined />}
                    onClick={() => move.mutate({ id: flow.id, direction: 'up' })}
                  />
                </Tooltip>
                <Tooltip title="推后">
                  <Button
                    type="text"
                    size="small"
                    aria-label={`推后 ${flow.name}`}
                    icon={<ArrowDownOutlined />}
                    onClick={() => move.mutate({ id: flow.id, direction: 'down' })}
                  />
                </Tooltip>
                <Button type="link" size="small" onClick={() => setEditing(flow)}>
                  修改
                </Button>
                <Button type="link" size="small" danger onClick={() => remove(flow)}>
                  删除
                </Button>
              </Space>
            ),
          },
        ]}
      />
      <Suspense>
        {editing && data ? (
          <ApprovalFlowForm
            flow={editing === 'new' ? undefined : editing}
            actions={data.actions}
            onClose={(isSaved) => {
              setEditing(undefined);
              if (isSaved) void refresh();
            }}
          />
        ) : null}
      </Suspense>
    </PageFrame>
  );
}

function amountText({ amountFrom, amountTo }: ApprovalFlowView): string {
  if (amountFrom !== null && amountTo !== null)
    return `满 ${groupThousands(amountFrom)} 元、不满 ${groupThousands(amountTo)} 元`;
  if (amountFrom !== null) return `满 ${groupThousands(amountFrom)} 元`;
  return amountTo === null ? '' : `不满 ${groupThousands(amountTo)} 元`;
}
