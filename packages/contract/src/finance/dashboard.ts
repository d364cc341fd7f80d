import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { targetKind } from '../estate/charge-target.ts';
import { day, id, money, month } from '../wire.ts';
import { ledgerSums } from './charge-ledger.ts';

const tag = '工作台';
const query = z.object({ communityId: id.optional() });

/** `rate`: null where nothing was planned. */
const against = z.object({ plan: money, rate: z.string().nullable() });

/** Each figure names the days or months it covers, so that its link shows the same rows. */
export const dashboardFigures = defineEndpoint({
  id: 'dashboard.figures',
  method: 'GET',
  path: '/api/dashboard',
  access: 'dashboard.view',
  summary: '工作台：今天、本月、本年收入，本月收缴率，往期欠费，户数',
  tag,
  query,
  reply: z.object({
    today: day,
    thisMonth: month,
    income: z.object({ today: money, month: money, year: money }),
    /**
     * What was planned, and the share of it that came as income, percent. A day's plan is its share of the month's. Null
     * while no community has a plan for the year.
     */
    plan: z
      .object({
        today: against,
        month: against,
        year: against,
        /** How many of the communities shown have a plan. */
        communityCount: z.number(),
      })
      .nullable(),
    /** Bills whose period begins in this month. */
    current: ledgerSums,
    /** Bills of earlier months that are still owed, and what was paid for earlier months in this one. */
    arrears: z.object({
      outstanding: money,
      targetCount: z.number(),
      collectedThisMonth: money,
      /** collectedThisMonth ÷ (collectedThisMonth + outstanding), percent. */
      rate: z.string().nullable(),
    }),
    counts: z.object({ communities: z.number(), houses: z.number(), residents: z.number(), parkingSpaces: z.number() }),
  }),
});

export const dashboardCharts = defineEndpoint({
  id: 'dashboard.charts',
  method: 'GET',
  path: '/api/dashboard/charts',
  access: 'dashboard.view',
  summary: '工作台图表：30 天收入、12 个月收缴率、欠费最多的楼宇和房屋',
  tag,
  query,
  reply: z.object({
    /** The last 30 days, today last; one figure per day for each method, in fen-exact yuan. */
    incomeByDay: z.object({
      days: z.array(day),
      methods: z.array(z.object({ id, name: z.string(), income: z.array(money) })),
    }),
    /** The last 12 months, this one last. */
    collectionByMonth: z.array(ledgerSums.extend({ month })),
    arrearsByBuilding: z.array(
      z.object({ buildingId: id.nullable(), label: z.string(), communityName: z.string(), outstanding: money }),
    ),
    /** The houses and parking spaces that owe most, most first. */
    arrearsByTarget: z.array(
      z.object({
        targetId: id,
        targetKind,
        label: z.string(),
        communityName: z.string(),
        outstanding: money,
        earliestUnpaid: month,
      }),
    ),
  }),
});
