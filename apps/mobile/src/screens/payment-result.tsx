import type { OwnPayment } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Icon } from '../ui/icon.tsx';
import { Money } from '../ui/money.tsx';
import { Loaded } from '../ui/page.tsx';

type Payment = Omit<OwnPayment, 'receiptId'> & { receiptId?: OwnPayment['receiptId'] };

const pauseMs = 2000;
/** The channel's word is waited for; every third time it is asked. */
const askEvery = 3;
const mostLooks = 60;

/** Looks until it is known what became of a payment: paid, closed, or a minute or two are over. */
export function PaymentResult({
  queryKey,
  read,
  after,
}: {
  queryKey: readonly string[];
  read: (asks: boolean) => Promise<Payment>;
  after: (payment: Payment) => ReactNode;
}) {
  const query = useQuery({
    queryKey,
    queryFn: ({ client }) => read((client.getQueryState(queryKey)?.dataUpdateCount ?? 0) % askEvery === 0),
    refetchInterval: ({ state }) => (isOver(state.data) || state.dataUpdateCount >= mostLooks ? false : pauseMs),
    staleTime: 0,
  });
  return (
    <Loaded query={query}>
      {(payment) => (
        <div className="stack">
          <section className="card" style={{ textAlign: 'center' }} aria-live="polite">
            <p className={payment.state === 'paid' ? 'good-text' : 'quiet'}>
              <span style={{ display: 'inline-block', transform: 'scale(2)', margin: '1rem' }}>
                <Icon name={payment.state === 'paid' ? 'done' : payment.state === 'closed' ? 'stop' : 'wait'} />
              </span>
            </p>
            <h2 style={{ fontSize: '1.25rem' }}>{titles[payment.state]}</h2>
            <p>
              <Money yuan={payment.amount} large />
            </p>
            {!isOver(payment) && <p className="quiet">正在向支付渠道确认，请稍等，不要重复支付。</p>}
            {payment.note && <p className="notice">{payment.note}</p>}
          </section>
          {after(payment)}
        </div>
      )}
    </Loaded>
  );
}

const isOver = (payment: Payment | undefined): boolean => payment?.state === 'paid' || payment?.state === 'closed';

const titles: Readonly<Record<OwnPayment['state'], string>> = {
  created: '等待支付',
  paying: '等待支付',
  unknown: '正在确认',
  paid: '支付成功',
  closed: '没有支付',
};
