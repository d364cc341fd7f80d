import {
  channelKinds,
  channelRefundStates,
  closePayment,
  getPayment,
  handlePayment,
  type PaymentDetail,
  paymentExceptions,
  paymentStates,
  paymentWays,
  queryPayment,
  repeatChannelRefund,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Descriptions, Drawer, Popconfirm, Skeleton, Space, Tag, Timeline } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, instantText, MoneyText } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { useAddress } from '../../shell/address.ts';
import styles from '../cashier/receipts.module.css';
import { eventText, refundColours, stateColours } from './payment-words.ts';
import ReplaceRefundDialog from './replace-refund-dialog.tsx';

/** One payment: what it was for, what was said about it, its refunds, and what may be done. */
export default function OnlinePaymentDrawer({ orderId, onClose }: { orderId: string; onClose: () => void }) {
  const can = useCan();
  const { data, error } = useQuery({
    queryKey: ['payments', 'one', orderId],
    queryFn: ({ signal }) => call(getPayment, { params: { id: orderId }, signal }),
  });
  return (
    <Drawer
      open
      size={600}
      title={data ? `在线支付 ${data.targetName}` : '在线支付'}
      onClose={onClose}
      extra={data && can('cashier.collect') ? <OpenActions payment={data} /> : null}
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : data ? null : <Skeleton active />}
      {data ? <Payment payment={data} /> : null}
    </Drawer>
  );
}

function useAct(work: () => Promise<string>) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess: (text) => message.success(text),
    onError: (error) => message.error(errorText(error)),
    onSettled: () =>
      Promise.all(['payments', 'receipts', 'console'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}

/** Of one that is not settled: ask the channel, close it. */
function OpenActions({ payment }: { payment: PaymentDetail }) {
  const params = { id: payment.id };
  const ask = useAct(async () => (await call(queryPayment, { params })).answer);
  const close = useAct(async () => (await call(closePayment, { params })).answer);
  if (payment.state === 'paid') return null;
  return (
    <Space>
      <Button loading={ask.isPending} onClick={() => ask.mutate()}>
        立即查询
      </Button>
      {payment.state === 'closed' ? null : (
        <Popconfirm
          title="关闭这笔支付？付款人将不能再付"
          okText="关闭"
          cancelText="取消"
          onConfirm={() => close.mutate()}
        >
          <Button danger loading={close.isPending}>
            关闭
          </Button>
        </Popconfirm>
      )}
    </Space>
  );
}

function Payment({ payment }: { payment: PaymentDetail }) {
  const { go } = useAddress();
  return (
    <>
      <div className={styles.total}>
        <span>
          {channelKinds[payment.channelKind]}{' '}
          <Tag color={stateColours[payment.state]}>{paymentStates[payment.state]}</Tag>
        </span>
        <b className="figures">{groupThousands(payment.amount)}</b>
      </div>
      <Problem payment={payment} />
      <Descriptions
        size="small"
        column={2}
        items={[
          { key: 'community', label: '小区', children: payment.communityName },
          { key: 'way', label: '方式', children: `${payment.channelName} · ${paymentWays[payment.way]}` },
          { key: 'payer', label: '付款人', children: payment.payerName || '—' },
          { key: 'staff', label: '经办人', children: payment.staffName || '业主自己' },
          { key: 'created', label: '发起', children: instantText(payment.createdAt) },
          { key: 'paid', label: '付款', children: payment.paidAt ? instantText(payment.paidAt) : '—' },
          { key: 'order', label: '订单号', span: 2, children: payment.orderNo },
          { key: 'transaction', label: '交易号', span: 2, children: payment.transactionId || '—' },
          {
            key: 'receipt',
            label: '收据',
            span: 2,
            children: payment.receiptId ? (
              <Button
                type="link"
                size="small"
                onClick={() =>
                  go('/cashier/receipts', { community: payment.communityId, id: payment.receiptId ?? undefined })
                }
              >
                {payment.receiptNumber}
              </Button>
            ) : (
              '—'
            ),
          },
        ]}
      />
      <h3 className={styles.section}>付什么</h3>
      {payment.lines.map((line) => (
        <div key={`${line.label}${line.amount}`} className={styles.line}>
          <span>{line.label}</span>
          <MoneyText yuan={line.amount} />
        </div>
      ))}
      {payment.surplus === '0.00' ? null : (
        <div className={styles.line}>
          <span className="muted">其中入账时已不欠</span>
          <MoneyText yuan={payment.surplus} />
        </div>
      )}
      <Refunds payment={payment} />
      <h3 className={styles.section}>经过</h3>
      <Timeline
        items={payment.events.map((event) => ({
          key: event.id,
          content: (
            <>
              {instantText(event.at)} {eventText(event.kind, event.outcome)}
              {event.detail === '' ? null : <div className="muted">{event.detail}</div>}
            </>
          ),
        }))}
      />
    </>
  );
}

/** What is not as it should be, and what staff may do about it. */
function Problem({ payment }: { payment: PaymentDetail }) {
  const mayHandle = useCan()('payment.handle');
  const params = { id: payment.id };
  const act = (action: 'acknowledge' | 'return' | 'book', done: string) => async () => {
    await call(handlePayment, { params, body: { action } });
    return done;
  };
  const acknowledge = useAct(act('acknowledge', '已标为处理过'));
  const giveBack = useAct(act('return', '已发起原路退回'));
  const book = useAct(act('book', '已入账'));
  if (!payment.exception) return null;
  const { exception, isHandled } = payment;
  const actions = (
    <Space>
      {exception === 'surplus' ? (
        <Popconfirm
          title={`把多收的 ${payment.surplus} 元原路退回？`}
          okText="退回"
          cancelText="取消"
          onConfirm={() => giveBack.mutate()}
        >
          <Button size="small" loading={giveBack.isPending}>
            原路退回
          </Button>
        </Popconfirm>
      ) : null}
      {exception === 'unbooked' ? (
        <Button size="small" loading={book.isPending} onClick={() => book.mutate()}>
          重新入账
        </Button>
      ) : (
        <Button size="small" loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
          标为已处理
        </Button>
      )}
    </Space>
  );
  return (
    <Alert
      type={isHandled ? 'info' : 'warning'}
      showIcon
      style={{ marginBottom: 12 }}
      title={`${paymentExceptions[exception]}${isHandled ? '（已处理）' : ''}`}
      description={[payment.problem, payment.handledNote].filter(Boolean).join('。')}
      {...(mayHandle && !isHandled ? { action: actions } : {})}
    />
  );
}

function Refunds({ payment }: { payment: PaymentDetail }) {
  if (payment.refunds.length === 0) return null;
  return (
    <>
      <h3 className={styles.section}>渠道退款</h3>
      {payment.refunds.map((refund) => (
        <Refund key={refund.id} refund={refund} />
      ))}
    </>
  );
}

function Refund({ refund }: { refund: PaymentDetail['refunds'][number] }) {
  const mayHandle = useCan()('payment.handle');
  const [isReplacing, setIsReplacing] = useState(false);
  const repeat = useAct(async () => {
    await call(repeatChannelRefund, { params: { id: refund.id } });
    return '已重新发起退款';
  });
  return (
    <div className={styles.line}>
      <span>
        {refund.refundNumber} <Tag color={refundColours[refund.state]}>{channelRefundStates[refund.state]}</Tag>
        {refund.failure === '' ? null : <div className="muted">{refund.failure}</div>}
        {refund.state === 'failed' && mayHandle ? (
          <Space>
            <Button size="small" loading={repeat.isPending} onClick={() => repeat.mutate()}>
              重新发起
            </Button>
            <Button size="small" onClick={() => setIsReplacing(true)}>
              改用其他方式退
            </Button>
          </Space>
        ) : null}
        {isReplacing ? <ReplaceRefundDialog refund={refund} onClose={() => setIsReplacing(false)} /> : null}
      </span>
      <MoneyText yuan={refund.amount} />
    </div>
  );
}
