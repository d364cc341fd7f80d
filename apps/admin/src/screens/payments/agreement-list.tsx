import {
  type AgreementRow,
  type AgreementState,
  agreementEnders,
  agreementStates,
  askAfterPaymentAgreement,
  channelKinds,
  endPaymentAgreement,
  listPaymentAgreements,
} from '@anlin/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Input, Modal, Space, Table, type TableColumnsType, Tag } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText, TotalsBar } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { useCommunity } from '../../shell/community.ts';
import styles from '../cashier/receipts.module.css';
import { agreementColours } from './agreement-words.ts';
import { SearchAndState } from './search-and-state.tsx';

const pageSize = 50;

/** What residents signed: for which house, how much at most, whether it stands. */
export function AgreementList() {
  const { message } = App.useApp();
  const can = useCan();
  const queries = useQueryClient();
  const { search, change } = useAddress();
  const { id: communityId } = useCommunity();
  const [ending, setEnding] = useState<AgreementRow>();
  const page = Math.max(1, Number(search.page ?? 1) || 1);
  const state =
    search.state !== undefined && search.state in agreementStates ? (search.state as AgreementState) : undefined;
  const query = { page, pageSize, communityId, q: search.q, state };
  const list = useQuery({
    queryKey: ['agreements', 'list', query],
    queryFn: ({ signal }) => call(listPaymentAgreements, { query, signal }),
    placeholderData: keepPreviousData,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['agreements'] });
  const ask = useMutation({
    mutationFn: (id: string) => call(askAfterPaymentAgreement, { params: { id } }),
    onSuccess: ({ answer }) => message.info(answer),
    onError: (error) => void message.error(errorText(error)),
    onSettled: refresh,
  });
  return (
    <>
      <div className={styles.filters}>
        <SearchAndState placeholder="房号、住户、协议号" states={agreementStates} state={state} />
      </div>
      {list.error ? <Alert type="error" showIcon title={errorText(list.error)} /> : null}
      <div className={styles.list}>
        <TotalsBar
          count={list.data?.total}
          noun="份签约"
          totals={list.data ? [{ label: '生效', value: String(list.data.activeCount), unit: '份' }] : []}
        />
        <Table<AgreementRow>
          size="small"
          rowKey="id"
          sticky
          aria-label="代扣签约"
          scroll={{ x: 1180 }}
          loading={list.isPending}
          dataSource={list.data?.rows ?? []}
          columns={columns({
            mayEnd: can('paymentAgreement.end'),
            end: setEnding,
            ask: (id) => ask.mutate(id),
            showDeductions: (row) =>
              change({ tab: 'deductions', q: row.targetName, state: undefined, page: undefined }),
          })}
          locale={{
            emptyText: (
              <Empty description="还没有签约。先在“收款渠道”填写代扣的设置，再在“扣款计划”启用，住户就能在手机上签约" />
            ),
          }}
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
      {ending ? (
        <EndDialog
          agreement={ending}
          onClose={() => {
            setEnding(undefined);
            void refresh();
          }}
        />
      ) : null}
    </>
  );
}

interface RowActions {
  mayEnd: boolean;
  end(row: AgreementRow): void;
  ask(id: string): void;
  showDeductions(row: AgreementRow): void;
}

const columns = ({ mayEnd, end, ask, showDeductions }: RowActions): TableColumnsType<AgreementRow> => [
  {
    title: '房屋',
    width: 160,
    render: (_, row) => (
      <Button type="link" size="small" onClick={() => showDeductions(row)}>
        {row.targetName}
      </Button>
    ),
  },
  { title: '小区', dataIndex: 'communityName', width: 120, ellipsis: true },
  { title: '签约人', dataIndex: 'residentName', width: 100, ellipsis: true },
  { title: '渠道', width: 100, render: (_, row) => channelKinds[row.channelKind] },
  {
    title: '扣什么',
    width: 160,
    ellipsis: true,
    render: (_, row) => (row.chargeItems.length === 0 ? '全部项目' : row.chargeItems.join('、')),
  },
  { title: '每次最多', width: 110, align: 'right', render: (_, row) => <MoneyText yuan={row.limit} /> },
  { title: '开始', dataIndex: 'startsOn', width: 100 },
  {
    title: '状态',
    width: 200,
    render: (_, row) => (
      <>
        <Tag color={agreementColours[row.state]}>{agreementStates[row.state]}</Tag>
        {row.endedBy ? <span className="muted">{agreementEnders[row.endedBy]}</span> : null}
        {row.isTold ? null : <Tag color="warning">渠道未确认</Tag>}
      </>
    ),
  },
  { title: '签约时间', width: 140, render: (_, row) => instantText(row.signedAt ?? row.createdAt) },
  {
    title: '操作',
    width: 140,
    fixed: 'right',
    render: (_, row) => (
      <Space>
        {row.state === 'signing' || row.state === 'active' ? (
          <Button size="small" onClick={() => ask(row.id)}>
            查询
          </Button>
        ) : null}
        {mayEnd && row.state === 'active' ? (
          <Button size="small" danger onClick={() => end(row)}>
            解约
          </Button>
        ) : null}
      </Space>
    ),
  },
];

/** Why staff end an agreement in a resident's place. */
function EndDialog({ agreement, onClose }: { agreement: AgreementRow; onClose: () => void }) {
  const { message } = App.useApp();
  const [reason, setReason] = useState('');
  const ending = useMutation({
    mutationFn: () => call(endPaymentAgreement, { params: { id: agreement.id }, body: { reason: reason.trim() } }),
    onSuccess: () => {
      message.success('已解约，不会再自动扣款，并已通知住户');
      onClose();
    },
  });
  return (
    <Modal
      open
      title={`解约 ${agreement.targetName} 的自动缴费`}
      okText="解约"
      cancelText="取消"
      okButtonProps={{ danger: true, disabled: reason.trim() === '', loading: ending.isPending }}
      onOk={() => ending.mutate()}
      onCancel={onClose}
    >
      <p className="muted">解约立即生效，不能撤回；住户可以重新签约。</p>
      <Input
        autoFocus
        aria-label="解约原因"
        placeholder="解约原因，如：业主来电要求"
        maxLength={100}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      {ending.error ? <Alert type="error" showIcon title={errorText(ending.error)} style={{ marginTop: 12 }} /> : null}
    </Modal>
  );
}
