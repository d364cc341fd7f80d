import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { day, id, ok } from '../wire.ts';
import { dunningAudiences } from './words.ts';

const tag = '催缴';

const pause = z.number().int().min(0, '不能小于 0 天').max(365, '最多 365 天');

const terms = {
  /** Days between two messages to one household. */
  wechatPauseDays: pause,
  smsPauseDays: pause,
  wecomPauseDays: pause,
  audience: z.enum(
    Object.keys(dunningAudiences) as [keyof typeof dunningAudiences, ...(keyof typeof dunningAudiences)[]],
  ),
  /** `https://wy.example.com`; empty: messages carry no link. */
  siteUrl: z.string().trim().max(200),
  linkDays: z.number().int().min(1, '至少 1 天').max(90, '最多 90 天'),
  /** Days overdue from which each of the three letters is written, rising. */
  ladderDays: z.array(z.number().int().min(1).max(3650)).length(3),
  isSmsLimited: z.boolean(),
  smsWarnBelow: z.number().int().min(0).max(100_000_000),
};

export const dunningSetting = z.object({ ...terms, version: z.number() });
export type DunningSetting = z.infer<typeof dunningSetting>;

export const readDunningSetting = defineEndpoint({
  id: 'dunningSetting.read',
  method: 'GET',
  path: '/api/dunning-setting',
  access: 'dunning.view',
  summary: '催缴设置和短信余量',
  tag,
  reply: dunningSetting.extend({
    sms: z.object({
      /** In pieces. */
      bought: z.number(),
      used: z.number(),
      /** Bought less used and less what is being sent; negative when more went out than was bought. */
      left: z.number(),
      isLow: z.boolean(),
      packages: z.array(z.object({ id, pieces: z.number(), boughtOn: day, note: z.string(), by: z.string() })),
    }),
  }),
});

export const saveDunningSetting = defineEndpoint({
  id: 'dunningSetting.save',
  method: 'PUT',
  path: '/api/dunning-setting',
  access: 'dunningSetting.edit',
  summary: '修改催缴间隔、接收人、链接、函件天数和短信限制；对全公司生效',
  tag,
  body: z.strictObject({ ...terms, version: z.number().int().min(0).max(2_000_000_000) }),
  reply: ok,
});

export const addSmsPackage = defineEndpoint({
  id: 'smsPackage.add',
  method: 'POST',
  path: '/api/sms-packages',
  access: 'dunningSetting.edit',
  summary: '登记买入的短信条数；登记错了用负数更正',
  tag,
  body: z.strictObject({
    pieces: z
      .number()
      .int()
      .min(-10_000_000)
      .max(10_000_000)
      .refine((pieces) => pieces !== 0, '条数不能为 0'),
    boughtOn: day,
    note: z.string().trim().max(100).default(''),
  }),
  reply: ok,
});
