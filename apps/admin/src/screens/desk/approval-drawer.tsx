import {
  type ApprovalDetail,
  approvalModes,
  approvalStates,
  getApproval,
  type Permission,
  withdrawApproval,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Alert, App, Button, Descriptions, Drawer, Skeleton, Space, Table, Tag, Timeline, Typography } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, instantText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import styles from './approval-drawer.module.css';
import { seatWords, stateColors } from './approval-words.ts';
import { type Decision, DecisionDialog } from './decision-dialog.tsx';

/** A request with why it is asked for, what changes side by side, and what each level said; decided from here. */
export default function ApprovalDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { modal, message } = App.useApp();
  const queries = useQueryClient();
  const [decision, setDecision] = useState<Decision>();
  const { data, error } = useQuery({
    queryKey: ['approval', 'one', id],
    queryFn: ({ signal }) => call(getApproval, { params: { id }, signal }),
  });
  const refresh = () => queries.invalidateQueries();
  const withdraw = useMutation({
    mutationFn: () => call(withdrawApproval, { params: { id } }),
    onError: (failure) => message.error(errorText(failure)),
    async onSuccess() {
      message.success('申请已撤回');
      await refresh();
    },
  });
  const confirmWithdraw = () =>
    modal.confirm({
      title: '撤回这条申请？',
      content: '撤回后不会生效，需要时可以重新提交。',
      okText: '撤回',
      onOk: () => withdraw.mutate(),
    });
  return (
    <Drawer
      open
      size={760}
      title={data ? `${data.actionLabel} · ${data.targetLabel}` : '审批申请'}
      onClose={onClose}
      extra={
        data ? (
          <Space>
            {data.mayWithdraw ? (
              <Button loading={withdraw.isPending} onClick={confirmWithdraw}>
                撤回
              </Button>
            ) : null}
            {data.mayReassign ? <Button onClick={() => setDecision('reassign')}>改派</Button> : null}
            {data.mayDecide ? (
              <>
                <Button onClick={() => setDecision('passOn')}>转交</Button>
                <Button danger onClick={() => setDecision('reject')}>
                  驳回
                </Button>
                <Button type="primary" onClick={() => setDecision('approve')}>
                  同意
                </Button>
              </>
            ) : null}
          </Space>
        ) : null
      }
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {data ? <Detail approval={data} /> : error ? null : <Skeleton active />}
      {data && decision ? (
        <DecisionDialog
          approval={data}
          decision={decision}
          onClose={(isDone) => {
            setDecision(undefined);
            if (isDone) void refresh();
          }}
        />
      ) : null}
    </Drawer>
  );
}

/** Where what the request is about is looked at before it is decided, for those who may. */
const targetPages: Readonly<Record<string, readonly [path: string, permission: Permission, word: string]>> = {
  receipt: ['/cashier/receipts', 'receipt.view', '查看收据'],
  bill: ['/charging/bills', 'bill.view', '查看账单'],
  deposit: ['/cashier/deposits', 'deposit.view', '查看押金'],
  prepaidAccount: ['/cashier/prepaid', 'prepaid.view', '查看预存款'],
  house: ['/estate/houses', 'house.view', '查看房屋'],
  parkingSpace: ['/estate/parking-spaces', 'parkingSpace.view', '查看车位'],
  vehicle: ['/estate/vehicles', 'vehicle.view', '查看车辆'],
  meterReading: ['/charging/meter-readings', 'meterReading.view', '查看抄表记录'],
};

function TargetLink({ target }: Pick<ApprovalDetail, 'target'>) {
  const can = useCan();
  const page = target ? targetPages[target.kind] : undefined;
  if (!target || !page || !can(page[1])) return null;
  return (
    <Link to={page[0]} search={{ id: target.id } as never}>
      {page[2]}
    </Link>
  );
}

function Detail({ approval }: { approval: ApprovalDetail }) {
  return (
    <Space vertical size={16} style={{ width: '100%' }}>
      {approval.isStuck ? (
        <Alert
          type="warning"
          showIcon
          title="无人可审批"
          description="这一级的审批人已离职、停用、调离小区或退出权限组。请管理员改派给另一位同事，或由申请人撤回。"
        />
      ) : null}
      {approval.state === 'invalid' ? (
        <Alert type="warning" showIcon title="已失效" description={approval.outcome} />
      ) : null}
      <Descriptions
        size="small"
        column={2}
        bordered
        items={[
          { label: '状态', children: <Tag color={stateColors[approval.state]}>{approvalStates[approval.state]}</Tag> },
          { label: '申请人', children: `${approval.requesterName}，${instantText(approval.requestedAt)}` },
          { label: '小区', children: approval.communityLabel ?? '—' },
          {
            label: '金额',
            children: approval.amount === null ? '—' : <b className="figures">{groupThousands(approval.amount)} 元</b>,
          },
          {
            label: '内容',
            span: 2,
            children: (
              <>
                {approval.summary} <TargetLink target={approval.target} />
              </>
            ),
          },
          { label: '申请理由', span: 2, children: <span className={styles.note}>{approval.reason}</span> },
        ]}
      />
      <section>
        <Typography.Title level={5}>变化</Typography.Title>
        <Table
          size="small"
          rowKey={(row) => `${row.label} ${row.before}`}
          pagination={false}
          scroll={{ y: 320 }}
          dataSource={approval.changes}
          columns={[
            { title: '项目', dataIndex: 'label', width: 180 },
            {
              title: '现在',
              dataIndex: 'before',
              render: (text: string) => <span className={styles.was}>{text || '—'}</span>,
            },
            { title: '同意后', dataIndex: 'after', render: (text: string) => <b>{text || '—'}</b> },
          ]}
        />
      </section>
      <section>
        <Typography.Title level={5}>审批流程 · {approval.flowName}</Typography.Title>
        <ol className={styles.levels}>
          {approval.levels.map((level) => (
            <li key={level.number}>
              {level.approvers.join('、')}
              <span className="muted">（{approvalModes[level.mode]}）</span>
              <span className={styles.seats}>
                {level.seats.map((seat) => (
                  <Tag
                    key={`${seat.staffName} ${seat.state}`}
                    color={
                      seat.state === 'approved'
                        ? 'success'
                        : seat.state === 'rejected'
                          ? 'error'
                          : seat.state === 'waiting'
                            ? 'processing'
                            : 'default'
                    }
                  >
                    {seat.staffName} {seatWords[seat.state]}
                  </Tag>
                ))}
              </span>
            </li>
          ))}
        </ol>
      </section>
      <section>
        <Typography.Title level={5}>经过</Typography.Title>
        <Timeline
          items={approval.history.map((step) => ({
            key: `${step.at} ${step.what} ${step.who}`,
            content: (
              <>
                <b>{step.who}</b> {step.what}
                {step.to ? `给 ${step.to}` : ''} <span className="muted">{instantText(step.at)}</span>
                {step.note ? <div className={styles.note}>{step.note}</div> : null}
              </>
            ),
          }))}
        />
      </section>
    </Space>
  );
}
