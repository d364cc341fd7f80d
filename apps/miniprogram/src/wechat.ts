/** The parts of WeChat's `wx` that the rules below use. Source: developers.weixin.qq.com, mini-program API. */
export interface Wechat {
  login(option: { timeout: number; success: (reply: { code: string }) => void; fail: () => void }): void;
  requestPayment(option: PaymentParameters & { success: () => void; fail: (failure: Failure) => void }): void;
  scanCode(option: {
    scanType: 'qrCode'[];
    success: (reply: { result: string }) => void;
    fail: (failure: Failure) => void;
  }): void;
  requestSubscribeMessage(option: {
    tmplIds: string[];
    success: (reply: Readonly<Record<string, unknown>>) => void;
    fail: (failure: SubscribeFailure) => void;
  }): void;
  showModal(option: { title: string; content: string; showCancel: boolean; complete: () => void }): void;
}

/** What WeChat Pay's order gave the server to be signed for. Source: pay.weixin.qq.com, 小程序调起支付. */
export interface PaymentParameters {
  timeStamp: string;
  nonceStr: string;
  package: string;
  signType: 'RSA';
  paySign: string;
}

export interface Failure {
  /** Such as `requestPayment:fail cancel`. */
  errMsg: string;
}

export interface SubscribeFailure extends Failure {
  errCode: number;
}

/** Whether a person closed what WeChat had opened. */
export const isCancelled = ({ errMsg }: Failure): boolean => /:fail(:| )\s*cancel/.test(errMsg);

/** `scanCode:fail no permission` → `no permission`. */
export const reasonOf = ({ errMsg }: Failure): string => errMsg.replace(/^\w+:fail:?\s*/, '') || '微信没有说明原因';
