import { listOwnSubscriptions, mostSubscriptionTemplates, type OwnSubscription } from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../app/api.ts';
import { place } from '../app/place.ts';
import { hrefOf } from '../app/router.tsx';
import { prepareAsk, subscriptionsKey } from '../app/subscriptions.ts';
import { openMiniProgramPage } from '../app/wechat-bridge.ts';
import { Loaded, Message, Page, Wrong } from '../ui/page.tsx';
import { identifyFirst } from './open-payment.ts';

/** Which messages may come by the mini-program, and how many of each still do. */
export default function RemindersScreen() {
  const subscriptions = useQuery({
    queryKey: subscriptionsKey,
    queryFn: ({ signal }) => call(listOwnSubscriptions, { signal }),
  });
  return (
    <Page title="消息提醒" back="/profile">
      <Loaded query={subscriptions}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Message title="还没有可以开启的提醒" text="物业设置以后，缴费、扣款等结果可以由小程序发到您的微信。" />
          ) : (
            <Choice key={rows.map((row) => `${row.kind}${row.left}`).join()} rows={rows} />
          )
        }
      </Loaded>
    </Page>
  );
}

/** Those that could not come now, as many as WeChat asks about at once. */
const firstChoice = (rows: readonly OwnSubscription[]): string[] =>
  rows
    .filter((row) => row.left === 0)
    .slice(0, mostSubscriptionTemplates)
    .map((row) => row.kind);

function Choice({ rows }: { rows: readonly OwnSubscription[] }) {
  const [chosen, setChosen] = useState(() => firstChoice(rows));
  const isFull = chosen.length >= mostSubscriptionTemplates;
  const ask = useMutation({
    mutationFn: async () => {
      const prepared = await prepareAsk(chosen).catch(identifyFirst);
      if (prepared)
        await openMiniProgramPage('/pages/subscribe/subscribe', { ...prepared, back: hrefOf('/reminders') });
    },
  });
  return (
    <div className="stack">
      <fieldset className="rows" style={{ border: 0, margin: 0 }}>
        <legend className="hidden">开启哪些提醒</legend>
        {rows.map(({ kind, title, left }) => {
          const isChosen = chosen.includes(kind);
          return (
            <label key={kind} className="row">
              <span className="row-main">
                <span>{title}</span>
                <span className="quiet">{left > 0 ? `还能收到 ${left} 条` : '还没有开启'}</span>
              </span>
              <input
                type="checkbox"
                className="check"
                checked={isChosen}
                disabled={!isChosen && isFull}
                onChange={() => setChosen(isChosen ? chosen.filter((one) => one !== kind) : [...chosen, kind])}
              />
            </label>
          );
        })}
      </fieldset>
      <p className="hint">
        微信规定同意一次只能收到一条，收到后可以再开启；一次最多选 {mostSubscriptionTemplates} 种。
      </p>
      <Wrong error={ask.error} />
      {place === 'miniProgram' ? (
        <button
          type="button"
          className="button primary wide"
          disabled={chosen.length === 0 || ask.isPending}
          onClick={() => ask.mutate()}
        >
          {ask.isPending ? '正在打开…' : '开启提醒'}
        </button>
      ) : (
        <p className="notice">请在微信里打开物业的小程序，再到“我的 → 消息提醒”开启。</p>
      )}
    </div>
  );
}
