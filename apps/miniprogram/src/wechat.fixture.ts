import type { Configuration } from './configuration.ts';
import type { Failure, SubscribeFailure, Wechat } from './wechat.ts';

export const filledIn: Configuration = {
  siteAddress: 'https://wuye.example.com',
  companyCode: '0a1b2c3d',
  appId: 'wx1234567890abcdef',
};

type Option = { success?: unknown; complete?: unknown; content?: string; tmplIds?: string[] };
type Call = { name: keyof Wechat; option: Option };

/** A WeChat that answers as told, and keeps what it was asked; `hold` leaves payments open until `release`. */
export function stubWechat(
  answers: {
    code?: string;
    payment?: Failure | 'hold';
    scanned?: string | Failure;
    subscription?: Record<string, string> | SubscribeFailure;
  } = {},
) {
  const calls: Call[] = [];
  const held: (() => void)[] = [];
  const wechat: Wechat = {
    login(option) {
      calls.push({ name: 'login', option });
      if (answers.code === undefined) option.fail();
      else option.success({ code: answers.code });
    },
    requestPayment(option) {
      calls.push({ name: 'requestPayment', option });
      if (answers.payment === 'hold') held.push(option.success);
      else if (answers.payment) option.fail(answers.payment);
      else option.success();
    },
    scanCode(option) {
      calls.push({ name: 'scanCode', option });
      if (typeof answers.scanned === 'string') option.success({ result: answers.scanned });
      else option.fail(answers.scanned ?? { errMsg: 'scanCode:fail cancel' });
    },
    requestSubscribeMessage(option) {
      calls.push({ name: 'requestSubscribeMessage', option });
      const answer = answers.subscription ?? {};
      if ('errCode' in answer) option.fail(answer as SubscribeFailure);
      else option.success(answer);
    },
    showModal(option) {
      calls.push({ name: 'showModal', option });
      option.complete();
    },
  };
  const asked = (name: keyof Wechat) => calls.filter((call) => call.name === name).map(({ option }) => option);
  const release = () => {
    for (const finish of held.splice(0)) finish();
  };
  return { wechat, asked, release };
}
