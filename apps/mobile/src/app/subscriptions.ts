import { answerOwnSubscriptions, askOwnSubscriptions } from '@anlin/contract';
import { toast } from '../ui/toast.tsx';
import { call, errorText, queryClient } from './api.ts';
import { spendArrival } from './arrival.ts';
import { readAddress } from './router.tsx';

export const subscriptionsKey = ['subscriptions'] as const;

/** Where on a page of the mini-program to ask: what it is opened with. */
export type SubscriptionAsk = { ids: string; ask: string };

/** Longest wait before a payment that only wants to ask afterwards. */
const patienceMs = 3000;

/** Prepares the question for some kinds of messages; null where there is nothing to ask. */
export async function prepareAsk(kinds?: string[]): Promise<SubscriptionAsk | null> {
  const { askId, templateIds } = await call(askOwnSubscriptions, { body: { kinds } });
  return askId === null ? null : { ids: templateIds.join(','), ask: askId };
}

/** The question for after a payment, about messages that could not come now. Never keeps anybody from paying. */
export const prepareAskAfterPaying = (): Promise<SubscriptionAsk | null> =>
  Promise.race([
    prepareAsk().catch(() => null),
    new Promise<null>((resolve) => {
      setTimeout(() => resolve(null), patienceMs);
    }),
  ]);

/** Tells the server what somebody answered on the mini-program's page they come from. */
export async function tellAnswer(): Promise<void> {
  const [askId, accepted] = [spendArrival('wxAsk'), spendArrival('wxAccepted')];
  if (!askId || accepted === undefined) return;
  const isAskedFor = readAddress(window.location.href).path[0] === 'reminders';
  try {
    const body = { accepted: accepted.split(',').filter(Boolean) };
    const { count } = await call(answerOwnSubscriptions, { params: { id: askId }, body });
    if (count > 0) toast('已开启，有新消息时微信提醒您一次');
    else if (isAskedFor) toast('没有开启提醒');
    await queryClient.invalidateQueries({ queryKey: subscriptionsKey });
  } catch (error) {
    if (isAskedFor) toast(errorText(error));
  }
}
