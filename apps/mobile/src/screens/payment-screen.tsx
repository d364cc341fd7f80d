import { getOwnPayment } from '@anlin/contract';
import { useEffect } from 'react';
import { call, queryClient } from '../app/api.ts';
import { Link } from '../app/router.tsx';
import { Page } from '../ui/page.tsx';
import { PaymentResult } from './payment-result.tsx';

/** What became of a payment, for whoever comes back from the channel. */
export default function PaymentScreen({ id }: { id: string }) {
  useEffect(() => () => void queryClient.invalidateQueries(), []);
  return (
    <Page title="支付结果" back="/dues">
      <PaymentResult
        queryKey={['payment', id]}
        read={(asks) => call(getOwnPayment, { params: { key: id }, query: asks ? { asks: 'yes' } : {} })}
        after={(payment) => (
          <div className="button-row">
            {payment.receiptId && (
              <Link to={`/receipt/${payment.receiptId}`} className="button primary">
                看收据
              </Link>
            )}
            <Link to={payment.state === 'paid' ? '/' : '/dues'} className="button">
              {payment.state === 'paid' ? '回到首页' : '回到待支付'}
            </Link>
          </div>
        )}
      />
    </Page>
  );
}
