export {
  type Alignment,
  type BindingPeriod,
  type PeriodRule,
  periodCovering,
  periodStartingIn,
  periodsOf,
} from './binding-periods.ts';
export { formatDay, formatPeriod } from './format-period.ts';
export { type LooseDate, type LooseDateProblem, parseLooseDate } from './loose-date.ts';
export {
  contains,
  days,
  earlierDate,
  type IsoPeriod,
  intersect,
  isSamePeriod,
  laterDate,
  monthPeriod,
  type Period,
  period,
  toIsoPeriod,
} from './period.ts';
