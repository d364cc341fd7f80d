import { explainRounding } from './explain.ts';
import type { LateFeeCalculation } from './late-fee.ts';

/**
 * The Chinese sentence of a late fee: `275.80元 × 0.05%/天 × 44天（2026-02-26至2026-04-10）= 6.0676元，四舍五入到分为 6.07元`.
 * Works where `Temporal` is missing.
 */
export function explainLateFee({ s, rate, per, cap, e, r, a }: LateFeeCalculation): string {
  if (s.length === 0) return `${a}元`;
  const unit = per === 'm' ? '月（30天）' : '天';
  const lines = s.map(({ f, t, d, b }) => `${b}元 × ${percent(rate)}/${unit} × ${d}天（${f}至${t}）`);
  const limit = cap === undefined ? '' : `，上限 ${cap}元`;
  const isRounded = e !== undefined && (cap === undefined || cap !== a);
  const rounded = isRounded ? `，${explainRounding(r)}为 ${a}元` : cap === undefined ? '' : `，收 ${a}元`;
  const sum = `${e ?? a}元${limit}${rounded}`;
  return lines.length === 1 ? `${lines[0]} = ${sum}` : [...lines, `合计 ${sum}`].join('\n');
}

/** How an item charges late payment (CHG-10), before rounding. */
export interface LateFeeTerms {
  /** Share of the principal a day, or of a month of thirty days; at most one of them. */
  ratePerDay: string | null;
  ratePerMonth: string | null;
  graceDays: number;
  capShare: string | null;
  startFrom: 'afterGrace' | 'dueDate';
  isWorkdaysOnly: boolean;
}

/** `缴费期限 2026-02-10，宽限 15 天，每天 0.05%，最多为本金的 100%`; empty where nothing is charged. `dueDate`: last day to pay, ISO. */
export function explainLateFeeRule(terms: LateFeeTerms, dueDate: string): string {
  const { ratePerDay, ratePerMonth, graceDays, capShare, startFrom, isWorkdaysOnly } = terms;
  if (ratePerDay === null && ratePerMonth === null) return '';
  const grace = startFrom === 'dueDate' ? `超过宽限 ${graceDays} 天的从缴费期限次日起算` : `宽限 ${graceDays} 天`;
  return [
    `缴费期限 ${dueDate}`,
    graceDays === 0 ? '' : grace,
    ratePerDay === null ? `每月（30天）${percent(ratePerMonth ?? '0')}` : `每天 ${percent(ratePerDay)}`,
    isWorkdaysOnly ? '只计工作日' : '',
    capShare === null ? '' : `最多为本金的 ${percent(capShare)}`,
  ]
    .filter((part) => part !== '')
    .join('，');
}

// Moves the point two places to the right in the text itself: 0.0005 is 0.05%.
function percent(rate: string): string {
  const [whole = '0', decimals = ''] = rate.split('.');
  const shifted = `${whole}${decimals.padEnd(2, '0').slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  const rest = decimals.slice(2).replace(/0+$/, '');
  return `${shifted}${rest === '' ? '' : `.${rest}`}%`;
}
