import {
  getReconciliationLine,
  type ReconciliationLine,
  reconciliationLineKinds,
  reopenReconciliationLine,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Descriptions, Drawer, Skeleton, Space } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { instantText, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import { accountName, isException, OutcomeTags } from './reconciliation-words.tsx';

const SettleDialog = lazy(() => import('./settle-dialog.tsx'));

/** What an outcome means and what to look for. */
const hints: Readonly<Record<ReconciliationLine['outcome'], string>> = {
  matched: '两边一致。',
  refunded: '两边一致。',
  oursOnly: '本系统已入账，渠道当天的账单里没有。可能列在前后几天的账单里，系统会自动对平；否则请与渠道核对。',
  theirsOnly: '渠道有这一笔，本系统当天没有。有订单的，系统会立即查询并补入账；没有订单的，可能是这个商户号另有用处。',
  amountDiffers: '两边都有，金额不同。请与渠道核对。',
};

/** One line of a reconciliation: both sides, its payment, and what was found out about it. */
export default function ReconciliationDrawer({ lineId, onClose }: { lineId: string; onClose: () => void }) {
  const { data, error } = useQuery({
    queryKey: ['reconciliation', 'line', lineId],
    queryFn: ({ signal }) => call(getReconciliationLine, { params: { id: lineId }, signal }),
  });
  return (
    <Drawer open size={560} title="对账明细" onClose={onClose} extra={data ? <Actions line={data} /> : null}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : data ? null : <Skeleton active />}
      {data ? <Line line={data} /> : null}
    </Drawer>
  );
}

function Actions({ line }: { line: ReconciliationLine }) {
  const maySettle = useCan()('reconciliation.settle');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [isSettling, setSettling] = useState(false);
  const reopening = useMutation({
    mutationFn: () => call(reopenReconciliationLine, { params: { id: line.id } }),
    onSuccess: () => message.success('已撤回核销'),
    onError: (error) => message.error(errorText(error)),
    onSettled: () =>
      Promise.all(['reconciliation', 'console'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  if (!maySettle) return null;
  return (
    <Space>
      {isException(line.outcome) && line.settledAt === null ? (
        <Button type="primary" onClick={() => setSettling(true)}>
          核销
        </Button>
      ) : null}
      {line.settledHow === 'staff' ? (
        <Button loading={reopening.isPending} onClick={() => reopening.mutate()}>
          撤回核销
        </Button>
      ) : null}
      <Suspense>{isSettling ? <SettleDialog ids={[line.id]} onClose={() => setSettling(false)} /> : null}</Suspense>
    </Space>
  );
}

function Line({ line }: { line: ReconciliationLine }) {
  const mayOpen = useCan()('payment.view');
  const { go } = useAddress();
  const { orderId } = line;
  const side = (amount: string | null, at: string | null) =>
    amount === null ? (
      '没有'
    ) : (
      <>
        <MoneyText yuan={amount} /> <span className="muted">{at ? instantText(at) : ''}</span>
      </>
    );
  return (
    <>
      <p>
        <OutcomeTags line={line} /> <span className="muted">{hints[line.outcome]}</span>
      </p>
      <Descriptions
        size="small"
        bordered
        column={1}
        items={[
          { key: 'ours', label: '本系统', children: side(line.ourAmount, line.ourAt) },
          { key: 'theirs', label: '渠道', children: side(line.theirAmount, line.theirAt) },
          { key: 'fee', label: '手续费', children: line.fee === null ? '—' : <MoneyText yuan={line.fee} /> },
          { key: 'day', label: '账单日', children: `${line.day}　${accountName(line)}` },
          { key: 'kind', label: '类型', children: reconciliationLineKinds[line.kind] },
          {
            key: 'place',
            label: '房屋',
            children: [line.communityName, line.targetName].filter(Boolean).join(' ') || '—',
          },
          {
            key: 'order',
            label: '订单号',
            children:
              orderId && mayOpen ? (
                <Button type="link" size="small" onClick={() => go('/cashier/online-payments', { id: orderId })}>
                  {line.orderNo}
                </Button>
              ) : (
                line.orderNo || '—'
              ),
          },
          ...(line.refundNo ? [{ key: 'refund', label: '退款单号', children: line.refundNo }] : []),
          { key: 'transaction', label: '交易号', children: line.transactionId || '—' },
          ...(line.settledAt
            ? [
                {
                  key: 'settled',
                  label: '核销',
                  children: `${instantText(line.settledAt)} ${line.settledBy || '系统'}：${line.note}`,
                },
              ]
            : []),
        ]}
      />
    </>
  );
}
