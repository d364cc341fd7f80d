import type { z } from 'zod';
import { type ChannelAccount, ChannelSilence, type Outside } from '../payment-channel.ts';
import { jsonOf, sendWechat, type WechatAnswer } from './call-wechat.ts';
import { signatureOf, signatureProblem } from './platform-keys.ts';

/**
 * Asks WeChat Pay and checks that a good answer is signed by it; a refusal (4xx) comes back as it is. Throws ChannelSilence for
 * an answer that can't be believed: what was done is then unknown.
 */
export async function askWechat(
  account: ChannelAccount,
  outside: Outside,
  request: { method: 'GET' | 'POST'; path: string; body?: object },
): Promise<WechatAnswer> {
  const answer = await sendWechat(account, outside, request);
  if (answer.status >= 400) return answer;
  const signed = signatureOf((name) => answer.headers.get(name) ?? undefined);
  const problem = await signatureProblem(account, signed, answer.body, outside);
  if (problem !== null) throw new ChannelSilence(`an answer that cannot be believed: ${problem}`);
  return answer;
}

/** The JSON of a good answer. Throws ChannelSilence when it is not what was documented. */
export function readAnswer<T extends z.ZodType>(schema: T, answer: WechatAnswer): z.output<T> {
  const parsed = schema.safeParse(jsonOf(answer.body));
  if (!parsed.success) throw new ChannelSilence('an answer that cannot be read');
  return parsed.data;
}
