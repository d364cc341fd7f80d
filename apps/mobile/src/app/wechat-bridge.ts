import { ToldError } from './told-error.ts';

/**
 * WeChat's own side of the page. In its browser `WeixinJSBridge` is there by itself; the pages of our mini-program are opened through
 * WeChat's script, which the policy of this page allows there alone (ADR 0055). Sources: pay.weixin.qq.com (JSAPI 调起支付),
 * developers.weixin.qq.com (web-view).
 */
interface Bridge {
  invoke(
    name: string,
    parameters: Readonly<Record<string, string>>,
    reply: (reply: { err_msg?: string }) => void,
  ): void;
}

interface MiniProgram {
  reLaunch(option: { url: string }): void;
  navigateTo(option: { url: string; success?: () => void; fail?: (failure: { errMsg?: string }) => void }): void;
}

declare global {
  interface Window {
    WeixinJSBridge?: Bridge;
    wx?: { miniProgram?: MiniProgram };
  }
}

const readyMs = 8000;
const silentMs = 2000;
const scriptUrl = 'https://res.wx.qq.com/open/js/jweixin-1.6.0.js';
const outcomeOf = /^get_brand_wcpay_request:(ok|cancel|fail)/;

export type BridgeOutcome = 'ok' | 'cancel' | 'fail';

function bridge(): Promise<Bridge> {
  if (window.WeixinJSBridge) return Promise.resolve(window.WeixinJSBridge);
  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => reject(new ToldError('微信没有准备好，请重新打开页面')), readyMs);
    document.addEventListener(
      'WeixinJSBridgeReady',
      () => {
        clearTimeout(giveUp);
        if (window.WeixinJSBridge) resolve(window.WeixinJSBridge);
      },
      { once: true },
    );
  });
}

/** Opens WeChat's payment. What it says is what this phone saw; whether money came only the server knows. */
export async function payInWechat(parameters: Readonly<Record<string, string>>): Promise<BridgeOutcome> {
  const { invoke } = await bridge().then((found) => ({ invoke: found.invoke.bind(found) }));
  return new Promise((resolve) => {
    invoke('getBrandWCPayRequest', parameters, ({ err_msg: message = '' }) => {
      // Some versions answer their own check of the page first.
      const outcome = outcomeOf.exec(message)?.[1];
      if (outcome) resolve(outcome as BridgeOutcome);
    });
  });
}

let script: Promise<MiniProgram> | undefined;

/** The pages of the mini-program around this page. */
function miniProgram(): Promise<MiniProgram> {
  script ??= new Promise<MiniProgram>((resolve, reject) => {
    const element = document.createElement('script');
    element.src = scriptUrl;
    element.onload = () => {
      const found = window.wx?.miniProgram;
      if (found) resolve(found);
      else reject(new ToldError('小程序没有准备好，请重新打开'));
    };
    element.onerror = () => reject(new ToldError('微信的脚本没有打开，请检查网络后再试'));
    document.head.append(element);
  }).catch((error: unknown) => {
    script = undefined;
    throw error;
  });
  return script;
}

/** Opens this page of the site anew, with a new sign-in code of WeChat's. */
export async function reopenInMiniProgram(path: string): Promise<void> {
  (await miniProgram()).reLaunch({ url: `/pages/index/index?to=${encodeURIComponent(path)}` });
}

/** Opens a page of the mini-program: `/pages/pay/pay`. Throws with a Chinese sentence. */
export async function openMiniProgramPage(page: string, values: Readonly<Record<string, string>> = {}): Promise<void> {
  const query = Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  const found = await miniProgram();
  await new Promise<void>((resolve, reject) => {
    // Versions that say nothing have opened it.
    setTimeout(resolve, silentMs);
    found.navigateTo({
      url: query === '' ? page : `${page}?${query}`,
      success: () => resolve(),
      fail: () => reject(new ToldError('小程序的页面没有打开，请更新小程序后再试')),
    });
  });
}
