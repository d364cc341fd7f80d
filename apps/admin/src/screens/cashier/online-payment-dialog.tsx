import {
  channelKinds,
  closePayment,
  type DeskAccount,
  isPaymentOver,
  listPaymentWays,
  type PaymentStarted,
  type PaymentWayKey,
  queryPayment,
  readDeskPayment,
  startDeskPayment,
  watchDeskPayment,
} from '@anlin/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal, QRCode, Radio, Result, Skeleton, Space } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { useWatched } from '../../api/use-watched.ts';
import { groupThousands } from '../../resource-ui/index.ts';
import type { Collected } from './collect.ts';
import { newAttemptKey } from './desk-money.ts';
import type { OnlineReceipt } from './online-receipt.ts';

interface OnlinePaymentDialogProps {
  account: DeskAccount;
  receipt: OnlineReceipt;
  payerName: string;
  onDone: (collected: Collected) => void;
  onClose: () => void;
}

/** Ways by which the payer scans a code of ours. */
const codeWays: readonly PaymentWayKey[] = ['native', 'precreate', 'qr'];

/** 扫码收款: the payer scans a code of the exact sum, or the payer's own code is scanned; the result shows by itself. */
export default function OnlinePaymentDialog(props: OnlinePaymentDialogProps) {
  const { account, receipt, onClose } = props;
  const { communityId } = account.target;
  const { data, error } = useQuery({
    queryKey: ['paymentWays', communityId],
    queryFn: () => call(listPaymentWays, { query: { communityId } }),
  });
  const codes = (data?.channels ?? []).flatMap((channel) => {
    const way = codeWays.find((one) => channel.ways.includes(one));
    return way ? [{ kind: channel.kind, way }] : [];
  });
  return (
    <Modal open width={460} footer={null} title={`扫码收款 ${groupThousands(receipt.total)} 元`} onCancel={onClose}>
      {error ? <Alert type="error" showIcon title={errorText(error)} /> : null}
      {!data && !error ? <Skeleton active /> : null}
      {data && data.channels.length === 0 ? (
        <Alert type="warning" showIcon title="这个小区还没有收款渠道，请先在“收款渠道”填写并启用" />
      ) : null}
      {data && data.channels.length > 0 ? <Ways {...props} codes={codes} channels={data.channels} /> : null}
    </Modal>
  );
}

interface WaysProps extends OnlinePaymentDialogProps {
  codes: readonly { kind: keyof typeof channelKinds; way: PaymentWayKey }[];
  channels: readonly { kind: keyof typeof channelKinds; ways: readonly PaymentWayKey[] }[];
}

interface Opened {
  orderId: string;
  started: PaymentStarted;
}

/** Payers' codes by how they begin: WeChat 10–15, Alipay 25–30, UnionPay 62. */
function kindOfCode(code: string): keyof typeof channelKinds {
  if (/^1[0-5]/.test(code)) return 'wechat';
  return /^62/.test(code) ? 'unionpay' : 'alipay';
}

function Ways(props: WaysProps) {
  const { account, receipt, payerName, codes, channels, onDone, onClose } = props;
  const [kind, setKind] = useState(codes[0]?.kind);
  const [opened, setOpened] = useState<Opened>();
  const start = useMutation({
    mutationFn: ({
      way,
      channelKind,
      payerCode,
    }: {
      way: PaymentWayKey;
      channelKind: keyof typeof channelKinds;
      payerCode?: string;
    }) =>
      call(startDeskPayment, {
        body: {
          communityId: account.target.communityId,
          targetKind: account.target.kind,
          targetId: account.target.id,
          bills: [...receipt.bills],
          ...(receipt.topUps.length > 0 ? { topUps: [...receipt.topUps] } : {}),
          expectedTotal: receipt.total,
          way,
          channelKind,
          ...(payerCode ? { payerCode } : {}),
          payerName,
          idempotencyKey: newAttemptKey(),
        },
      }),
    onSuccess: setOpened,
  });
  const isStarted = useRef(false);
  const showCode = (wanted: typeof kind) => {
    const code = codes.find((one) => one.kind === wanted);
    if (code) start.mutate({ way: code.way, channelKind: code.kind });
  };
  // The code is there at once: most payers scan it.
  useEffect(() => {
    if (isStarted.current) return;
    isStarted.current = true;
    showCode(kind);
  });
  const takesCodes = channels.some((one) => one.ways.includes('payerCode'));
  return (
    <Space orientation="vertical" size={16} style={{ width: '100%' }}>
      {codes.length > 1 ? (
        <Radio.Group
          optionType="button"
          aria-label="渠道"
          value={kind}
          disabled={start.isPending}
          onChange={(event) => {
            setKind(event.target.value);
            setOpened(undefined);
            showCode(event.target.value);
          }}
          options={codes.map((one) => ({ value: one.kind, label: channelKinds[one.kind] }))}
        />
      ) : null}
      {takesCodes ? (
        <PayerCode
          isPending={start.isPending}
          onScan={(payerCode) => {
            setOpened(undefined);
            start.mutate({ way: 'payerCode', channelKind: kindOfCode(payerCode), payerCode });
          }}
        />
      ) : null}
      {start.error ? <Alert type="error" showIcon role="alert" title={errorText(start.error)} /> : null}
      {start.isPending ? <Skeleton.Node active style={{ width: 220, height: 220 }} /> : null}
      {opened && !start.isPending ? (
        <Waiting key={opened.orderId} opened={opened} {...{ account, receipt, onDone, onClose }} />
      ) : null}
    </Space>
  );
}

/** A field for a scanner that types like a keyboard and ends with Enter. */
function PayerCode({ isPending, onScan }: { isPending: boolean; onScan: (code: string) => void }) {
  const [code, setCode] = useState('');
  const isCode = /^\d{16,28}$/.test(code.trim());
  const scan = () => {
    if (!isCode || isPending) return;
    onScan(code.trim());
    setCode('');
  };
  return (
    <Input.Search
      autoFocus
      aria-label="付款码"
      placeholder="扫付款人手机上的付款码"
      inputMode="numeric"
      autoComplete="off"
      maxLength={40}
      value={code}
      enterButton="收款"
      onChange={(event) => setCode(event.target.value)}
      onSearch={scan}
    />
  );
}

function Waiting({
  opened,
  account,
  receipt,
  onDone,
  onClose,
}: Pick<OnlinePaymentDialogProps, 'account' | 'receipt' | 'onDone' | 'onClose'> & { opened: Opened }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const params = { id: opened.orderId };
  const queryKey = ['payments', 'state', opened.orderId];
  const { data } = useWatched({
    endpoint: watchDeskPayment,
    params,
    queryKey,
    ask: (signal) => call(readDeskPayment, { params, signal }),
    isOver: isPaymentOver,
  });
  const isDone = useRef(false);
  useEffect(() => {
    if (data?.state !== 'paid' || !data.receiptId || isDone.current) return;
    isDone.current = true;
    for (const key of ['cashier', 'receipts', 'payments']) void queries.invalidateQueries({ queryKey: [key] });
    onDone({
      id: data.receiptId,
      number: data.receiptNumber,
      total: data.amount,
      change: '0.00',
      billCount: receipt.bills.length,
      targetName: account.target.name,
      papers: receipt.topUps.length > 0 ? ['prepaidReceipt'] : [],
    });
    if (data.problem !== '') message.warning(data.problem, 10);
  });
  const ask = useMutation({
    mutationFn: () => call(queryPayment, { params }),
    onSuccess: ({ answer }) => message.info(answer),
    onError: (error) => message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  const close = useMutation({
    mutationFn: () => call(closePayment, { params }),
    onSuccess: onClose,
    onError: (error) => message.error(errorText(error)),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  if (data?.state === 'paid' && !data.receiptId)
    return <Result status="warning" title="款已收到，但没有入账" subTitle={data.problem} />;
  if (data?.state === 'closed')
    return <Result status="info" title="已关闭" subTitle="付款人没有付款，或付款码没有扣成功。可以重新收款" />;
  return (
    <Space orientation="vertical" align="center" size={12} style={{ width: '100%' }}>
      {opened.started.kind === 'qr' ? (
        <QRCode value={opened.started.content} size={220} aria-label="收款二维码" />
      ) : (
        <Result status="info" title="等待付款人确认" subTitle="付款人可能要在手机上输入密码" />
      )}
      <span role="status" aria-live="polite">
        {data?.state === 'unknown' ? '渠道没有应答，正在查询，请不要重复收款' : '等待付款，付好后自动显示'}
      </span>
      <Space>
        <Button loading={ask.isPending} onClick={() => ask.mutate()}>
          立即查询
        </Button>
        <Button loading={close.isPending} onClick={() => close.mutate()}>
          取消收款
        </Button>
      </Space>
    </Space>
  );
}
