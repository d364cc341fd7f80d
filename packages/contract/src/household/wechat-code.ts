import { z } from 'zod';

/** What WeChat gives for the openid of whoever is there: good once, for five minutes. */
export const code = z.string().regex(/^[\w-]{8,128}$/, '微信授权的凭证格式不对，请重新打开页面');
/** Ours, brought back by WeChat, which takes letters and digits, at most 128. */
export const state = z.string().regex(/^[0-9a-f]{64}$/, '微信授权的凭证格式不对，请重新打开页面');
