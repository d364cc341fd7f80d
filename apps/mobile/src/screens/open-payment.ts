import { ProblemError } from '@anlin/client';
import type { PaymentStarted } from '@anlin/contract';
import { place } from '../app/place.ts';
import type { VisitErrand } from '../app/wechat-identity.ts';
import { leaveFor } from './pay-ways.tsx';

/** `code`: a code is to be shown; `result`: look what became of it; `notPaid`: nothing was paid, it may be tried again. */
export type PaymentOpening = 'gone' | 'code' | 'result' | 'notPaid';

/**
 * Goes on with a payment that was started: to the channel's page, into WeChat's own payment, or to the mini-program's page.
 * `back`: where the mini-program returns to; `isPaid` asks the server, for what a phone says of a payment is not believed. `isOwn`: a
 * resident pays, who may be asked there afterwards whether messages may come.
 */
export async function openPayment(
  started: PaymentStarted,
  { back, isPaid, isOwn = false }: { back: string; isPaid: () => Promise<boolean>; isOwn?: boolean },
): Promise<PaymentOpening> {
  if (started.kind === 'qr') return 'code';
  if (started.kind === 'parameters') {
    const { openMiniProgramPage, payInWechat } = await import('../app/wechat-bridge.ts');
    if (place === 'miniProgram') {
      const { prepareAskAfterPaying } = await import('../app/subscriptions.ts');
      const asked = isOwn ? await prepareAskAfterPaying() : null;
      await openMiniProgramPage('/pages/pay/pay', { ...started.parameters, back, ...asked });
      return 'result';
    }
    if ((await payInWechat(started.parameters)) === 'ok') return 'result';
    return (await isPaid()) ? 'result' : 'notPaid';
  }
  return leaveFor(started) ? 'gone' : 'result';
}

/** Waits for what is under way to learn the WeChat account of this page. */
export async function settledIdentity(): Promise<void> {
  if (place !== 'wechat' && place !== 'miniProgram') return;
  const { identified } = await import('../app/wechat-identity.ts');
  await identified();
}

/** The server does not know the WeChat account: it is asked for, which leads away from this page where that can be done. */
export async function identifyFirst(error: unknown): Promise<never> {
  if (error instanceof ProblemError && error.code === 'household.wechatNeeded') {
    const { identify } = await import('../app/wechat-identity.ts');
    await identify(true);
  }
  throw error;
}

/** The server does not know the visitor's WeChat account, or no longer: it is asked for, which leads away from this page. */
export function visitFirst(errand: VisitErrand, token: string): (error: unknown) => Promise<never> {
  return async (error) => {
    if (error instanceof ProblemError && error.code === 'household.wechatNeeded') {
      const { identifyVisitor } = await import('../app/wechat-identity.ts');
      await identifyVisitor(errand, token, true);
    }
    throw error;
  };
}
