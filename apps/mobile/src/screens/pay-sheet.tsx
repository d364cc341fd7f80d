import {
  type DueBill,
  type DuePlace,
  getOwnPayment,
  listOwnPaymentWays,
  sharePayment,
  startOwnPayment,
} from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { call, queryClient } from '../app/api.ts';
import { place } from '../app/place.ts';
import { go, hrefOf, Link } from '../app/router.tsx';
import { noteScanned } from '../app/scan.ts';
import { useCommunity } from '../app/session.ts';
import { Money, sumYuan } from '../ui/money.tsx';
import { Loaded, Wrong } from '../ui/page.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { toast } from '../ui/toast.tsx';
import { identifyFirst, openPayment, settledIdentity } from './open-payment.ts';
import { type Given, PayChoice } from './pay-choice.tsx';
import { type ChannelKind, type Channels, newKey, WayChoice } from './pay-ways.tsx';

const Qr = lazy(() => import('./qr.tsx'));

export const usePaymentWays = (communityId: string) =>
  useQuery({
    queryKey: ['payment-ways', communityId],
    queryFn: ({ signal }) => call(listOwnPaymentWays, { query: { communityId, place }, signal }),
    staleTime: 60_000,
  });

/** Starts a payment and goes to the channel; where the channel gives a code, the code is shown. */
export function usePay(given: Given) {
  const community = useCommunity();
  const [key, setKey] = useState(newKey);
  const start = (channelKind: ChannelKind) =>
    call(startOwnPayment, {
      body: {
        communityId: community.id,
        bills: given.bills.map(({ id, toPay }) => ({ id, expected: toPay })),
        topUp: given.topUp,
        prepaid: given.prepaid,
        advance: given.advance,
        expectedTotal: given.total,
        channelKind,
        place,
        key,
      },
    });
  return useMutation({
    mutationFn: async (channelKind: ChannelKind) => {
      await settledIdentity();
      const { started, orderId } = await start(channelKind).catch(identifyFirst);
      await noteScanned(orderId);
      // What was due may be paid by the time somebody comes back.
      void queryClient.invalidateQueries({ queryKey: ['dues'] });
      const isPaid = async () =>
        (await call(getOwnPayment, { params: { key: orderId }, query: { asks: 'yes' } })).state === 'paid';
      const opening = await openPayment(started, {
        back: hrefOf(`/payments/${orderId}`),
        isPaid,
        isOwn: true,
      });
      return { started, orderId, opening };
    },
    onSuccess: ({ opening, orderId }) => {
      if (opening === 'result') go(`/payments/${orderId}`);
      // The same payment while its order is open, another one after that.
      if (opening === 'notPaid') setKey(newKey());
    },
  });
}

/** What is paid, how, and the button that does it. */
export function PaySheet({
  places,
  chosen,
  onClose,
}: {
  places: readonly DuePlace[];
  chosen: readonly DueBill[];
  onClose: () => void;
}) {
  const community = useCommunity();
  const total = sumYuan(chosen.map((bill) => bill.toPay));
  const ways = usePaymentWays(community.id);
  const names = places.filter(({ id }) => chosen.some((bill) => bill.targetId === id)).map(({ name }) => name);
  return (
    <Sheet title="确认支付" onClose={onClose}>
      <div className="stack">
        <p style={{ textAlign: 'center' }}>
          <Money yuan={total} large />
          <br />
          <span className="quiet">
            {community.name} {names.join('、')}，{chosen.length} 笔
          </span>
        </p>
        <Loaded query={ways}>
          {({ channels }) => (
            <PayChoice
              hasChannels={channels.length > 0}
              chosen={chosen}
              total={total}
              form={(given) => <PayForm key={given.total} channels={channels} given={given} />}
            />
          )}
        </Loaded>
        <ShareButton communityId={community.id} chosen={chosen} />
      </div>
    </Sheet>
  );
}

/** The channel and the button; the code where the channel gives one. */
export function PayForm({ channels, given }: { channels: Channels; given: Given }) {
  const [kind, setKind] = useState<ChannelKind | undefined>(channels[0]?.kind);
  const pay = usePay(given);
  const started = pay.data?.started;
  const isLeaving = pay.isPending || (pay.isSuccess && pay.data.opening !== 'notPaid');
  if (started?.kind === 'qr') {
    return (
      <div className="stack" style={{ textAlign: 'center' }}>
        <Suspense fallback={null}>
          <Qr content={started.content} />
        </Suspense>
        <p className="quiet">请用手机扫码支付，或长按保存后从相册识别。</p>
        <button
          type="button"
          className="button primary wide"
          onClick={() => go(`/payments/${pay.data?.orderId ?? ''}`)}
        >
          我已支付
        </button>
      </div>
    );
  }
  return (
    <>
      <WayChoice channels={channels} value={kind} onChange={setKind} />
      <Wrong error={pay.error} />
      {pay.data?.opening === 'notPaid' && (
        <p className="notice" role="status">
          还没有付款，可以再付一次。如果已经付了，请看
          <Link to={`/payments/${pay.data.orderId}`} style={{ textDecoration: 'underline' }}>
            支付结果
          </Link>
          。
        </p>
      )}
      <button
        type="button"
        className="button primary wide"
        disabled={!kind || isLeaving}
        onClick={() => kind && pay.mutate(kind)}
      >
        {isLeaving ? '正在打开支付…' : '立即支付'}
      </button>
    </>
  );
}

/** 找人代付: a link that somebody else opens. */
function ShareButton({ communityId, chosen }: { communityId: string; chosen: readonly DueBill[] }) {
  const share = useMutation({
    mutationFn: () => call(sharePayment, { body: { communityId, billIds: chosen.map(({ id }) => id) } }),
    onSuccess: async ({ path }) => {
      const url = `${window.location.origin}${path}`;
      try {
        if (navigator.share) await navigator.share({ title: '请帮我缴物业费', url });
        else {
          await navigator.clipboard.writeText(url);
          toast('链接已复制，发给对方即可，3 天内有效');
        }
      } catch {
        // Shared with nobody, or no right to the clipboard: the link is shown below.
      }
    },
  });
  return (
    <>
      <button type="button" className="button plain wide" disabled={share.isPending} onClick={() => share.mutate()}>
        找人代付
      </button>
      <Wrong error={share.error} />
      {share.data && (
        <p className="hint" style={{ overflowWrap: 'anywhere' }}>
          代付链接（3 天内有效）：
          <a href={share.data.path} style={{ color: 'var(--accent)', textDecoration: 'underline' }}>
            {`${window.location.origin}${share.data.path}`}
          </a>
        </p>
      )}
    </>
  );
}
