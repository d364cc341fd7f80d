import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, money } from '../wire.ts';

/** By age on the day asked, in whole years. */
export const ageBands = {
  child: '0–17 岁',
  young: '18–34 岁',
  middle: '35–59 岁',
  old: '60–79 岁',
  veryOld: '80 岁及以上',
  unknown: '未登记',
} as const;

/**
 * How a house pays, judged by its bills of the last twelve months whose due day has passed (EST-10).
 * onTime: all paid by their due day; late: all paid, some after it; arrears1: up to two months with something unpaid;
 * arrears3: three months or more; none: nothing has fallen due.
 */
export const paymentHabits = {
  onTime: '按时缴清',
  late: '逾期后缴清',
  arrears1: '欠费 1–2 个月',
  arrears3: '欠费 3 个月以上',
  none: '没有到期账单',
} as const;
export type PaymentHabit = keyof typeof paymentHabits;
const habitKeys = Object.keys(paymentHabits) as [PaymentHabit, ...PaymentHabit[]];

const part = z.object({
  key: z.string(),
  label: z.string(),
  count: z.number(),
  /** `filter` of the list of residents that shows the rows behind; null where the list cannot tell them apart. */
  filter: z.string().nullable(),
});

export const residentPortrait = defineEndpoint({
  id: 'resident.portrait',
  method: 'GET',
  path: '/api/residents/portrait',
  access: 'resident.view',
  summary: '客户画像：在住住户按年龄、身份、性别、户籍类型，房屋按缴费习惯',
  tag: '客户画像',
  query: z.object({ communityId: id.optional() }),
  reply: z.object({
    /** People, each counted once; stays: one person in two houses counts twice. */
    people: z.number(),
    stays: z.number(),
    ages: z.array(part),
    roles: z.array(part),
    sexes: z.array(part),
    householdTypes: z.array(part),
    /** Empty for whoever may not see bills. */
    habits: z.array(part),
  }),
});

export const paymentHabitRows = defineEndpoint({
  id: 'resident.habitRows',
  method: 'GET',
  path: '/api/residents/portrait/habit-rows',
  access: 'bill.view',
  summary: '某种缴费习惯的房屋',
  tag: '客户画像',
  query: z.object({
    communityId: id.optional(),
    habit: z.enum(habitKeys),
    page: z.coerce.number().int().min(1).max(100_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({
    total: z.number(),
    rows: z.array(
      z.object({
        houseId: id,
        houseLabel: z.string(),
        communityId: id,
        communityLabel: z.string(),
        /** Empty for whoever may not see residents. */
        ownerName: z.string(),
        lateBills: z.number(),
        arrearsMonths: z.number(),
        outstanding: money,
      }),
    ),
  }),
});
