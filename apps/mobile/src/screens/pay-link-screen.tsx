import { getLinkPayment, openPayLink, payByLink } from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { call } from '../app/api.ts';
import { place } from '../app/place.ts';
import { goTo, useAddress } from '../app/router.tsx';
import { useVisitor } from '../app/use-visitor.ts';
import { timeText } from '../ui/day.ts';
import { Money } from '../ui/money.tsx';
import { Loaded, Message, PlainPage, Wrong } from '../ui/page.tsx';
import { openPayment, visitFirst } from './open-payment.ts';
import { type ChannelKind, newKey, noWaysText, WayChoice } from './pay-ways.tsx';
import { PaymentResult } from './payment-result.tsx';

const Qr = lazy(() => import('./qr.tsx'));

/** Paying for somebody who sent a link: what it is for, and no more of them than that. */
export default function PayLinkScreen({ token }: { token: string }) {
  const paid = useAddress().query.get('paid');
  if (paid) {
    return (
      <PlainPage title="支付结果">
        <PaymentResult
          queryKey={['link-payment', token, paid]}
          read={(asks) => call(getLinkPayment, { params: { token, key: paid }, query: asks ? { asks: 'yes' } : {} })}
          after={(payment) =>
            payment.state === 'paid' ? (
              <p className="quiet" style={{ textAlign: 'center' }}>
                谢谢您。收据在对方的手机上能看到。
              </p>
            ) : null
          }
        />
      </PlainPage>
    );
  }
  return (
    <PlainPage title="帮忙缴费">
      <Bills token={token} />
    </PlainPage>
  );
}

function Bills({ token }: { token: string }) {
  const isReady = useVisitor('payLink', token);
  const link = useQuery({
    queryKey: ['pay-link', token],
    queryFn: ({ signal }) => call(openPayLink, { params: { token }, query: { place }, signal }),
    enabled: isReady,
  });
  const [chosen, setChosen] = useState<ChannelKind>();
  const [key, setKey] = useState(newKey);
  const kind = chosen ?? link.data?.channels[0]?.kind;
  const pay = useMutation({
    mutationFn: async (channelKind: ChannelKind) => {
      const body = { expectedTotal: link.data!.total, channelKind, place, key };
      const { started, orderId } = await call(payByLink, { params: { token }, body }).catch(
        visitFirst('payLink', token),
      );
      const isPaid = async () =>
        (await call(getLinkPayment, { params: { token, key: orderId }, query: { asks: 'yes' } })).state === 'paid';
      const opening = await openPayment(started, { back: `/m/pay/${token}?paid=${orderId}`, isPaid });
      return { started, orderId, opening };
    },
    onSuccess: ({ opening, orderId }) => {
      if (opening === 'result') goTo(`/m/pay/${token}?paid=${orderId}`);
      if (opening === 'notPaid') setKey(newKey());
    },
  });
  const started = pay.data?.started;
  return (
    <Loaded query={link}>
      {(data) =>
        data.lines.length === 0 ? (
          <Message icon="done" title="已经缴清" text="这些账单已经有人付过了，谢谢。" />
        ) : (
          <div className="stack">
            <section className="card" style={{ textAlign: 'center' }}>
              <p>
                {data.communityName} {data.forWhom} 请您帮忙缴费
              </p>
              <p style={{ margin: '0.5rem 0' }}>
                <Money yuan={data.total} large />
              </p>
              <p className="quiet">
                收款方：{data.companyName}，链接 {timeText(data.expiresAt)} 前有效
              </p>
            </section>
            <ul className="rows">
              {data.lines.map((line) => (
                <li key={line.id} className="row">
                  <span className="row-main">
                    {line.name} {line.period}
                  </span>
                  <Money yuan={line.toPay} />
                </li>
              ))}
            </ul>
            {started?.kind === 'qr' ? (
              <div className="card stack" style={{ textAlign: 'center' }}>
                <Suspense fallback={null}>
                  <Qr content={started.content} />
                </Suspense>
                <button
                  type="button"
                  className="button primary wide"
                  onClick={() => goTo(`/m/pay/${token}?paid=${pay.data?.orderId ?? key}`)}
                >
                  我已支付
                </button>
              </div>
            ) : data.channels.length === 0 ? (
              <Message title="还不能在线支付" text={noWaysText(place)} />
            ) : (
              <div className="card stack">
                <WayChoice channels={data.channels} value={kind} onChange={setChosen} />
                <Wrong error={pay.error} />
                <button
                  type="button"
                  className="button primary wide"
                  disabled={!kind || pay.isPending || (pay.isSuccess && pay.data.opening !== 'notPaid')}
                  onClick={() => kind && pay.mutate(kind)}
                >
                  立即支付
                </button>
              </div>
            )}
          </div>
        )
      }
    </Loaded>
  );
}
