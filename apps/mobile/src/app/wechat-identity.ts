import {
  getWechatIdentity,
  signInByWechat,
  startCollectAuthorisation,
  startLinkAuthorisation,
  startWechatAuthorisation,
  startWechatSignIn,
  takeCollectCode,
  takeCollectMiniProgramCode,
  takeLinkCode,
  takeLinkMiniProgramCode,
  takeMiniProgramCode,
  takeWechatCode,
} from '@anlin/contract';
import { call, setResident } from './api.ts';
import { spendArrival } from './arrival.ts';
import { place } from './place.ts';
import { readAddress } from './router.tsx';

/** What a way to WeChat and back is for. One that brought nothing is not gone again at once. */
type Errand = 'bind' | 'signIn' | VisitErrand;
export type VisitErrand = 'payLink' | 'collect';
const pauseMs = 60_000;
const keyOf = (errand: Errand): string => `anlin.wechat.${errand}`;

function isTriedLately(errand: Errand): boolean {
  return Date.now() - Number(sessionStorage.getItem(keyOf(errand)) ?? 0) < pauseMs;
}

/** Leaves for WeChat; the page that comes back is another one, so nothing after this matters. */
function leaveFor(url: string, errand: Errand): Promise<never> {
  sessionStorage.setItem(keyOf(errand), String(Date.now()));
  window.location.replace(url);
  return new Promise(() => {});
}

/** Where to come back to, after `/m/<company>/`; a query that could not come back whole is left behind. */
function presentPage(): string {
  const { path } = readAddress(window.location.href);
  const page = path.join('/');
  const { search } = window.location;
  if (!/^([\w-]+(\.[\w-]+)*(\/|$))*$/.test(page)) return '';
  return /^(\?[\w=&.%-]*)?$/.test(search) ? `${page}${search}` : page;
}

/** What WeChat sent back, once. */
function spendCode(): { code: string; state: string } | undefined {
  const [code, state] = [spendArrival('code'), spendArrival('state')];
  return code && state ? { code, state } : undefined;
}

let under: Promise<void> | undefined;

/**
 * Lets the server know in which WeChat account whoever is signed in opened this page. `isWanted`: a payment needs it now, so it is
 * tried even if it has just failed. Never throws: without it the page works, it only can't pay inside WeChat, and says so then.
 */
export function identify(isWanted = false): Promise<void> {
  under ??= (place === 'miniProgram' ? identifyByLogin(isWanted) : identifyByPage(isWanted))
    .catch(() => {})
    .finally(() => {
      under = undefined;
    });
  return under;
}

/** What is under way now, if anything. */
export const identified = (): Promise<void> => under ?? Promise.resolve();

async function identifyByPage(isWanted: boolean): Promise<void> {
  const body = spendCode();
  if (body) {
    await call(takeWechatCode, { body });
    sessionStorage.removeItem(keyOf('bind'));
    return;
  }
  const { isOn, isKnown } = await call(getWechatIdentity, { query: { account: 'wechat' } });
  if (!isOn || isKnown || (!isWanted && isTriedLately('bind'))) return;
  const { url } = await call(startWechatAuthorisation, { body: { page: presentPage() } });
  await leaveFor(url, 'bind');
}

async function identifyByLogin(isWanted: boolean): Promise<void> {
  const code = spendArrival('wxCode');
  if (!code && !isWanted) return;
  const { isOn, isKnown } = await call(getWechatIdentity, { query: { account: 'miniProgram' } });
  if (!isOn || isKnown) return;
  if (code) return void (await call(takeMiniProgramCode, { body: { code } }));
  // A code is good for five minutes; opening the page anew brings another.
  const { reopenInMiniProgram } = await import('./wechat-bridge.ts');
  await reopenInMiniProgram(`${window.location.pathname}${window.location.search}`);
}

/** Signs in by the WeChat account, where the company lets people in so. Resolves when that is done, or will not be. */
export async function enterByWechat(companyId: string): Promise<void> {
  const body = spendCode();
  try {
    if (body) return setResident(await call(signInByWechat, { body: { companyId, ...body } }));
    if (isTriedLately('signIn')) return;
    const { url } = await call(startWechatSignIn, { body: { companyId, page: presentPage() } });
    if (url) await leaveFor(url, 'signIn');
  } catch {
    // Nobody who is known: they sign in by phone.
  }
}

/** What a visitor pays by, to the server: the way to WeChat, the way back, and the mini-program's own sign-in. */
const visits = {
  payLink: { start: startLinkAuthorisation, take: takeLinkCode, takeInMiniProgram: takeLinkMiniProgramCode },
  collect: { start: startCollectAuthorisation, take: takeCollectCode, takeInMiniProgram: takeCollectMiniProgramCode },
} as const;
const pageOf: Readonly<Record<VisitErrand, string>> = { payLink: '/m/pay/', collect: '/m/c/' };

/**
 * The same for whoever pays by a link or a collection code and is nobody's resident. `isWanted`: a payment needs it now. Never
 * throws: paying says what is missing.
 */
export function identifyVisitor(errand: VisitErrand, token: string, isWanted = false): Promise<void> {
  under ??= (place === 'miniProgram' ? visitByLogin : visitByPage)(errand, token, isWanted)
    .catch(() => {})
    .finally(() => {
      under = undefined;
    });
  return under;
}

async function visitByPage(errand: VisitErrand, token: string, isWanted: boolean): Promise<void> {
  const body = spendCode();
  const params = { token };
  if (body) {
    await call(visits[errand].take, { params, body });
    sessionStorage.removeItem(keyOf(errand));
    return;
  }
  if (!isWanted && isTriedLately(errand)) return;
  const { url } = await call(visits[errand].start, { params });
  if (url) await leaveFor(url, errand);
}

async function visitByLogin(errand: VisitErrand, token: string, isWanted: boolean): Promise<void> {
  const code = spendArrival('wxCode');
  if (code) return void (await call(visits[errand].takeInMiniProgram, { params: { token }, body: { code } }));
  if (!isWanted) return;
  const { reopenInMiniProgram } = await import('./wechat-bridge.ts');
  await reopenInMiniProgram(`${pageOf[errand]}${token}`);
}
