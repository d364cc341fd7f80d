import { getCollectionPayment } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { call, loadResident, sessionKey } from '../app/api.ts';
import { goTo, useAddress } from '../app/router.tsx';
import { useVisitor } from '../app/use-visitor.ts';
import { Loaded, LoadingPage, PlainPage } from '../ui/page.tsx';
import { AmountPart, CodeHead, useCode } from './collect-parts.tsx';
import { PaymentResult } from './payment-result.tsx';

/** What a collection code opens: sign in and see what is due, or just pay an amount. Whoever is signed in goes on at once. */
export default function CollectScreen({ token }: { token: string }) {
  const paid = useAddress().query.get('paid');
  if (paid) {
    return (
      <PlainPage title="支付结果">
        <PaymentResult
          queryKey={['collect-payment', token, paid]}
          read={(asks) =>
            call(getCollectionPayment, { params: { token, key: paid }, query: asks ? { asks: 'yes' } : {} })
          }
          after={(payment) =>
            payment.state === 'paid' ? (
              <p className="quiet" style={{ textAlign: 'center' }}>
                谢谢您。需要收据或发票，请联系服务中心。
              </p>
            ) : (
              <button type="button" className="button wide" onClick={() => goTo(`/m/c/${token}`)}>
                返回
              </button>
            )
          }
        />
      </PlainPage>
    );
  }
  return <Opened token={token} />;
}

function Opened({ token }: { token: string }) {
  const code = useCode(token, useVisitor('collect', token));
  const session = useQuery({ queryKey: sessionKey, queryFn: loadResident, staleTime: 30_000 });
  const companyCode = code.data?.companyCode;
  const isKnown = companyCode !== undefined && session.data?.company.code === companyCode;
  useEffect(() => {
    if (isKnown) goTo(`/m/${companyCode}/collect/${token}`, { replaces: true });
  }, [isKnown, companyCode, token]);
  if (isKnown) return <LoadingPage />;
  return (
    <PlainPage title="扫码缴费">
      <Loaded query={code}>
        {(data) => (
          <div className="stack">
            <CodeHead code={data} />
            <button
              type="button"
              className="button primary wide"
              onClick={() => goTo(`/m/${data.companyCode}/collect/${token}`)}
            >
              手机号登录，查账缴费
            </button>
            <AmountPart token={token} code={data} label="不登录，直接付款" />
            {data.servicePhone && (
              <p className="quiet" style={{ textAlign: 'center' }}>
                服务电话 <a href={`tel:${data.servicePhone}`}>{data.servicePhone}</a>
              </p>
            )}
          </div>
        )}
      </Loaded>
    </PlainPage>
  );
}
