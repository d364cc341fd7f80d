import {
  askOwnAgreement,
  endOwnAgreement,
  listOwnAgreements,
  type OwnAgreement,
  type OwnAgreements,
} from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { call, queryClient } from '../app/api.ts';
import { useCommunity } from '../app/session.ts';
import { dayText } from '../ui/day.ts';
import { Money } from '../ui/money.tsx';
import { Loaded, Message, Page, RowLink, Wrong } from '../ui/page.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { toast } from '../ui/toast.tsx';
import { channelNames, leaveFor } from './pay-ways.tsx';

const SignSheet = lazy(() => import('./sign-sheet.tsx'));

const refresh = () => void queryClient.invalidateQueries({ queryKey: ['agreements'] });

/** 自动缴费: signing, what is in force, what was and will be taken. */
export default function AutoPayScreen() {
  const community = useCommunity();
  const agreements = useQuery({
    queryKey: ['agreements', community.id],
    queryFn: ({ signal }) => call(listOwnAgreements, { query: { communityId: community.id }, signal }),
  });
  return (
    <Page title="自动缴费" back="/">
      <Loaded query={agreements}>{(data) => <AutoPay data={data} />}</Loaded>
    </Page>
  );
}

function AutoPay({ data }: { data: OwnAgreements }) {
  const [isOpen, setOpen] = useState(false);
  const { agreements, plan, channels, targets, deductions } = data;
  const maySign = plan !== null && channels.length > 0 && targets.length > 0;
  const live = agreements.filter(({ state }) => state === 'active' || state === 'signing');
  const past = agreements.filter(({ state }) => state === 'ended');
  if (plan === null && agreements.length === 0)
    return <Message icon="wait" title="还没有开通自动缴费" text="物业还没有开通，请在“缴费”中自己支付。" />;
  return (
    <div className="stack">
      {plan && (
        <p className="notice">
          每月 {plan.dayOfMonth} 日 {plan.atHour} 点自动扣款，下次 {dayText(plan.nextOn)}
          {plan.noticeHours > 0 && `，提前 ${plan.noticeHours} 小时通知您`}。签约后随时可以解约。
        </p>
      )}
      {live.map((agreement) => (
        <AgreementCard key={agreement.id} agreement={agreement} />
      ))}
      {maySign && (
        <button type="button" className="button primary wide" onClick={() => setOpen(true)}>
          签约自动缴费
        </button>
      )}
      {plan !== null && channels.length === 0 && <p className="hint">物业还没有开通可以签约的支付方式。</p>}
      <Deductions deductions={deductions} />
      {past.length > 0 && (
        <section className="stack" aria-label="已解约">
          <h2 className="section-title">已解约</h2>
          <div className="rows">
            {past.map((one) => (
              <div key={one.id} className="row">
                <div className="row-main">
                  <span>{one.targetName}</span>
                  <span className="quiet">
                    {channelNames[one.channelKind]}，{one.whatFor}
                  </span>
                </div>
                <span className="chip">{one.stateLabel}</span>
              </div>
            ))}
          </div>
        </section>
      )}
      {isOpen && (
        <Suspense fallback={null}>
          <SignSheet data={data} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}

function AgreementCard({ agreement }: { agreement: OwnAgreement }) {
  const [isEnding, setEnding] = useState(false);
  const isSigning = agreement.state === 'signing';
  return (
    <section className="rows" aria-label={`${agreement.targetName}的自动缴费`}>
      <div className="row">
        <div className="row-main">
          <strong>{agreement.targetName}</strong>
          <span className="quiet">
            {channelNames[agreement.channelKind]}，{agreement.whatFor}，{dayText(agreement.startsOn)}起
          </span>
          <span className="quiet">
            每次最多扣 <Money yuan={agreement.limit} />
          </span>
        </div>
        <span className="chip">{agreement.stateLabel}</span>
      </div>
      {agreement.isOwn ? (
        <div className="row">
          {isSigning ? <GoOnSigning agreement={agreement} /> : <span className="row-main" />}
          <button type="button" className="button plain" onClick={() => setEnding(true)}>
            {isSigning ? '不签了' : '解约'}
          </button>
        </div>
      ) : (
        <p className="row hint">由家里其他人签约。</p>
      )}
      {isEnding && <EndSheet agreement={agreement} onClose={() => setEnding(false)} />}
    </section>
  );
}

/** Whoever comes back from the channel is told at once what became of it; whoever did not sign may go on. */
function GoOnSigning({ agreement }: { agreement: OwnAgreement }) {
  const ask = useMutation({
    mutationFn: () => call(askOwnAgreement, { params: { agreementId: agreement.id } }),
    onSuccess: ({ state }) => {
      if (state === 'active') toast('签约成功');
      if (state !== 'signing') refresh();
    },
  });
  const { mutate } = ask;
  useEffect(() => mutate(), [mutate]);
  const { started } = agreement;
  return (
    <div className="row-main button-row">
      <button type="button" className="button" disabled={ask.isPending} onClick={() => mutate()}>
        {ask.isPending ? '正在查询…' : '我已签约'}
      </button>
      {started && started.kind !== 'qr' && (
        <button type="button" className="button plain" onClick={() => leaveFor(started)}>
          继续签约
        </button>
      )}
      <Wrong error={ask.error} />
    </div>
  );
}

function EndSheet({ agreement, onClose }: { agreement: OwnAgreement; onClose: () => void }) {
  const end = useMutation({
    mutationFn: () => call(endOwnAgreement, { params: { agreementId: agreement.id }, body: {} }),
    onSuccess: () => {
      toast(agreement.state === 'active' ? '已解约，不会再自动扣款' : '已取消签约');
      refresh();
      onClose();
    },
  });
  return (
    <Sheet title={agreement.state === 'active' ? '解约自动缴费' : '取消签约'} onClose={onClose}>
      <div className="stack">
        <p>
          {agreement.targetName}
          {agreement.state === 'active' ? '解约后立即不再自动扣款，账单请自己支付。' : '不再签约自动缴费。'}
        </p>
        <Wrong error={end.error} />
        <button type="button" className="button primary wide" disabled={end.isPending} onClick={() => end.mutate()}>
          {agreement.state === 'active' ? '确认解约' : '确认取消'}
        </button>
      </div>
    </Sheet>
  );
}

function Deductions({ deductions }: { deductions: OwnAgreements['deductions'] }) {
  if (deductions.length === 0) return null;
  return (
    <section className="stack" aria-label="扣款记录">
      <h2 className="section-title">扣款记录</h2>
      <div className="rows">
        {deductions.map((one) => {
          const face = (
            <>
              <div className="row-main">
                <span>{dayText(one.plannedOn)}</span>
                <span className="quiet">
                  {one.targetName}，{one.stateLabel}
                  {one.reason !== '' && one.state !== 'done' && `：${one.reason}`}
                </span>
              </div>
              <Money yuan={one.amount} />
            </>
          );
          return one.receiptId ? (
            <RowLink key={one.id} to={`/receipt/${one.receiptId}`}>
              {face}
            </RowLink>
          ) : (
            <div key={one.id} className="row">
              {face}
            </div>
          );
        })}
      </div>
    </section>
  );
}
