import type { DunningMoment } from '@anlin/contract';
import { type Sql, sql } from '../../platform/database/sql.ts';

/** When a plan asks. `days`: before the due day, or every so many days after it. */
export interface PlanRule {
  moment: DunningMoment;
  days: number;
}

/** Which unpaid bills `b` a plan asks for on a day, and whether one of them is the reason to ask. */
export interface PlanBills {
  /** Bills the message sums. */
  where: Sql;
  /** Of a household, true when it is asked on this day. */
  having: Sql;
}

/** A day that was missed, because the server stood still, is made up for within a week. */
const mostDaysBack = 7;

/**
 * What a plan asks for on `today` when `decidedOn` was the last day it looked: days in between count too, at most a week of
 * them. Null when no bill can be a reason, as with the start of a month in the middle of it.
 */
export function planBills({ moment, days }: PlanRule, decidedOn: string, today: string): PlanBills | null {
  const earliest = Temporal.PlainDate.from(today).subtract({ days: mostDaysBack }).toString();
  const since = decidedOn > earliest ? decidedOn : earliest;
  switch (moment) {
    case 'beforeDue':
      return {
        where: sql`b.due_on <= ${today}::date + ${days}::int`,
        having: sql`having bool_or(b.due_on > ${since}::date + ${days}::int and b.due_on >= ${today}::date)`,
      };
    case 'onDue':
      return { where: sql`b.due_on <= ${today}::date`, having: sql`having bool_or(b.due_on > ${since}::date)` };
    case 'afterDue':
      return {
        where: sql`b.due_on < ${today}::date`,
        having: sql`having bool_or((${today}::date - b.due_on) / ${days}::int > greatest(${since}::date - b.due_on, 0) / ${days}::int)`,
      };
    default:
      return hasMoment(moment, since, today) ? { where: sql`true`, having: sql`` } : null;
  }
}

/** Whether the first or the last day of a month lies after `since` and not after `today`. */
function hasMoment(moment: 'monthStart' | 'monthEnd', since: string, today: string): boolean {
  return nextMonthDay(moment, since) <= today;
}

/** The next first or last day of a month after a day. */
export function nextMonthDay(moment: 'monthStart' | 'monthEnd', after: string): string {
  const day = Temporal.PlainDate.from(after);
  if (moment === 'monthStart') return day.with({ day: 1 }).add({ months: 1 }).toString();
  const last = day.with({ day: day.daysInMonth });
  return (Temporal.PlainDate.compare(last, day) > 0 ? last : lastDayOf(last.add({ days: 1 }))).toString();
}

const lastDayOf = (day: Temporal.PlainDate) => day.with({ day: day.daysInMonth });

/** The next day after `decided` on which unpaid bill `b` is a reason to ask, as SQL; null where it never is again. */
export function nextReason({ moment, days }: PlanRule, decided: Sql): Sql {
  switch (moment) {
    case 'beforeDue':
      return sql`case when b.due_on - ${days}::int > ${decided} then b.due_on - ${days}::int end`;
    case 'onDue':
      return sql`case when b.due_on > ${decided} then b.due_on end`;
    default:
      return sql`b.due_on + (greatest(${decided} - b.due_on, 0) / greatest(${days}::int, 1) + 1) * ${days}::int`;
  }
}

const momentTexts: Readonly<Record<DunningMoment, (days: number) => string>> = {
  beforeDue: (days) => `到期前 ${days} 天`,
  onDue: () => '到期当天',
  afterDue: (days) => `逾期后每 ${days} 天`,
  monthStart: () => '每月第一天',
  monthEnd: () => '每月最后一天',
};

/** `到期前 3 天，9 点` */
export function momentText({ moment, days }: PlanRule, atHour: number): string {
  return `${momentTexts[moment](days)}，${atHour} 点`;
}
