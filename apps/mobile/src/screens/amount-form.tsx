import {
  type EndpointReply,
  getCollectionPayment,
  type openCollectionCode,
  payByCollectionCode,
} from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { call } from '../app/api.ts';
import { place } from '../app/place.ts';
import { goTo } from '../app/router.tsx';
import { Field } from '../ui/field.tsx';
import { Wrong } from '../ui/page.tsx';
import { openPayment, visitFirst } from './open-payment.ts';
import { type ChannelKind, newKey, WayChoice } from './pay-ways.tsx';

const Qr = lazy(() => import('./qr.tsx'));

export type OpenedCode = EndpointReply<typeof openCollectionCode>;

/** Paying an amount by a code without being known: how much, what for, by which channel. */
export function AmountForm({ token, code }: { token: string; code: OpenedCode }) {
  const [amount, setAmount] = useState('');
  const [remark, setRemark] = useState('');
  const [payerName, setPayerName] = useState('');
  const [chosen, setChosen] = useState<ChannelKind>();
  // Another amount is another payment; the same again is the same order.
  const [attempt, setAttempt] = useState({ of: '', key: newKey() });
  const kind = chosen ?? code.channels[0]?.kind;
  const pay = useMutation({
    mutationFn: async (channelKind: ChannelKind) => {
      const of = JSON.stringify([amount, remark, payerName, channelKind]);
      const key = attempt.of === of || attempt.of === '' ? attempt.key : newKey();
      setAttempt({ of, key });
      const params = { token };
      const body = { amount, remark, payerName, channelKind, place, key };
      const { started, orderId } = await call(payByCollectionCode, { params, body }).catch(
        visitFirst('collect', token),
      );
      const isPaid = async () =>
        (await call(getCollectionPayment, { params: { token, key: orderId }, query: { asks: 'yes' } })).state ===
        'paid';
      const opening = await openPayment(started, { back: `/m/c/${token}?paid=${orderId}`, isPaid });
      return { started, orderId, opening };
    },
    onSuccess: ({ opening, orderId }) => {
      if (opening === 'result') goTo(`/m/c/${token}?paid=${orderId}`);
      // Nothing was paid: trying again is another payment.
      if (opening === 'notPaid') setAttempt({ of: '', key: newKey() });
    },
  });
  const started = pay.data?.started;
  const isOpening = pay.isPending || (pay.isSuccess && pay.data.opening !== 'notPaid');
  if (started?.kind === 'qr') {
    return (
      <div className="card stack" style={{ textAlign: 'center' }}>
        <Suspense fallback={null}>
          <Qr content={started.content} />
        </Suspense>
        <p className="quiet">请用手机扫码支付，或长按保存后从相册识别。</p>
        <button
          type="button"
          className="button primary wide"
          onClick={() => goTo(`/m/c/${token}?paid=${pay.data?.orderId ?? attempt.key}`)}
        >
          我已支付
        </button>
      </div>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (kind) pay.mutate(kind);
  };
  return (
    <form className="card stack" onSubmit={submit}>
      <Field label="金额（元）" hint={`每次 ${code.minAmount} 到 ${code.maxAmount} 元`}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            inputMode="decimal"
            maxLength={12}
            required
            value={amount}
            onChange={(event) => setAmount(event.target.value.trim())}
          />
        )}
      </Field>
      <Field label={code.isRemarkRequired ? '备注（必填）' : '备注'} hint={code.remarkHint}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            maxLength={60}
            required={code.isRemarkRequired}
            value={remark}
            onChange={(event) => setRemark(event.target.value)}
          />
        )}
      </Field>
      <Field label="付款人（可不填）">
        {(ids) => (
          <input
            {...ids}
            className="input"
            autoComplete="name"
            maxLength={30}
            value={payerName}
            onChange={(event) => setPayerName(event.target.value)}
          />
        )}
      </Field>
      <WayChoice channels={code.channels} value={kind} onChange={setChosen} />
      <Wrong error={pay.error} />
      {pay.data?.opening === 'notPaid' && (
        <p className="notice" role="status">
          还没有付款，可以再付一次。如果已经付了，请看
          <a href={`/m/c/${token}?paid=${pay.data.orderId}`} style={{ textDecoration: 'underline' }}>
            支付结果
          </a>
          。
        </p>
      )}
      <button type="submit" className="button primary wide" disabled={!kind || amount === '' || isOpening}>
        {isOpening ? '正在打开支付…' : '支付'}
      </button>
    </form>
  );
}
