import { type DueBill, type PrepaidQuote, payWithOwnPrepaid, quoteOwnPrepaid, type TargetKind } from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call, queryClient } from '../app/api.ts';
import { place } from '../app/place.ts';
import { go } from '../app/router.tsx';
import { useCommunity } from '../app/session.ts';
import { isZero, Money } from '../ui/money.tsx';
import { Loading, Message, Wrong } from '../ui/page.tsx';
import { toast } from '../ui/toast.tsx';
import { newKey, noWaysText } from './pay-ways.tsx';

interface TopUp {
  targetKind: TargetKind;
  targetId: string;
  amount: string;
}

/** What is paid through a channel. */
export interface Given {
  bills: readonly DueBill[];
  topUp: TopUp | null;
  /** What prepaid pays besides, yuan. */
  prepaid: string;
  /** Months to come that are paid for. */
  advance: { targetKind: TopUp['targetKind']; targetId: string; monthTo: string } | null;
  /** What the channel takes, yuan. */
  total: string;
}

/** How the bills are paid: with prepaid first where there is any, and a channel for the rest. */
export function PayChoice({
  hasChannels,
  chosen,
  total,
  form,
}: {
  hasChannels: boolean;
  chosen: readonly DueBill[];
  total: string;
  form: (given: Given) => ReactNode;
}) {
  const community = useCommunity();
  const [usesPrepaid, setUses] = useState(true);
  const billIds = chosen.map(({ id }) => id);
  const quote = useQuery({
    queryKey: ['prepaid', 'quote', community.id, ...billIds],
    queryFn: ({ signal }) => call(quoteOwnPrepaid, { body: { communityId: community.id, billIds }, signal }),
    staleTime: 0,
  });
  if (quote.isPending) return <Loading />;
  const offer = quote.data && !isZero(quote.data.prepaid) ? quote.data : undefined;
  const isOn = offer !== undefined && usesPrepaid;
  const rest = isOn ? offer.rest : total;
  return (
    <>
      {offer && <PrepaidRow offer={offer} isOn={usesPrepaid} onChange={setUses} />}
      {isOn && isZero(rest) ? (
        <PrepaidButton chosen={chosen} total={total} />
      ) : hasChannels ? (
        form({ bills: chosen, topUp: null, prepaid: isOn ? offer.prepaid : '0', advance: null, total: rest })
      ) : (
        <NoChannel rest={isOn ? rest : undefined} />
      )}
    </>
  );
}

function PrepaidRow({
  offer,
  isOn,
  onChange,
}: {
  offer: PrepaidQuote;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <div className="framed">
      <label className="row">
        <span className="row-main">
          <span>用预存款付</span>
          <span className="quiet">
            {offer.accounts.map(({ label, targetName }) => `${targetName} ${label}`).join('、')}
          </span>
        </span>
        <Money yuan={offer.prepaid} />
        <input
          type="checkbox"
          className="check"
          checked={isOn}
          aria-label="用预存款付"
          onChange={(event) => onChange(event.target.checked)}
        />
      </label>
      {isOn && !isZero(offer.rest) && (
        <p className="row">
          <span className="row-main">
            <span>还要在线支付</span>
            <span className="quiet">在线支付成功后才动用预存款</span>
          </span>
          <strong>
            <Money yuan={offer.rest} />
          </strong>
        </p>
      )}
    </div>
  );
}

function PrepaidButton({ chosen, total }: { chosen: readonly DueBill[]; total: string }): ReactNode {
  const community = useCommunity();
  const [key] = useState(newKey);
  const pay = useMutation({
    mutationFn: () =>
      call(payWithOwnPrepaid, {
        body: {
          communityId: community.id,
          bills: chosen.map(({ id, toPay }) => ({ id, expected: toPay })),
          expectedTotal: total,
          key,
        },
      }),
    onSuccess: ({ receiptId }) => {
      // What was quoted is paid now: asked again, it would be refused before this page is left.
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[1] !== 'quote' });
      toast('已用预存款付清');
      go(`/receipt/${receiptId}`);
    },
  });
  return (
    <>
      <Wrong error={pay.error} />
      <button
        type="button"
        className="button primary wide"
        disabled={pay.isPending || pay.isSuccess}
        onClick={() => pay.mutate()}
      >
        {pay.isPending ? '正在支付…' : '用预存款支付'}
      </button>
    </>
  );
}

function NoChannel({ rest }: { rest: string | undefined }): ReactNode {
  return (
    <Message
      title="还不能在线支付"
      text={rest === undefined ? noWaysText(place) : `预存款还差 ${rest} 元。${noWaysText(place)}也可以少选几笔。`}
    />
  );
}
