import type { OutsideChannel } from '@anlin/contract';
import { aliyunSmsAdapter } from './aliyun-sms.ts';
import type { ChannelAdapter } from './channel.ts';
import { emailAdapter } from './email.ts';
import { developmentSmsAdapter, tencentSmsAdapter } from './sms.ts';
import { miniProgramAdapter, wechatAdapter } from './wechat.ts';
import { wecomAdapter } from './wecom.ts';

/** Every provider of every channel; its keys are those of `channelForms` in the contract. */
export const adapters: Readonly<Record<OutsideChannel, Readonly<Record<string, ChannelAdapter>>>> = {
  sms: { tencent: tencentSmsAdapter, aliyun: aliyunSmsAdapter, development: developmentSmsAdapter },
  email: { smtp: emailAdapter },
  wecom: { wecom: wecomAdapter },
  wechat: { wechat: wechatAdapter },
  miniProgram: { miniProgram: miniProgramAdapter },
};
