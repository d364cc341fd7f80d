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

// Moves the point two places to the right in the text itself: 0.0005 is 0.05%.
function percent(rate: string): string {
  const [whole = '0', decimals = ''] = rate.split('.');
  const shifted = `${whole}${decimals.padEnd(2, '0').slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  const rest = decimals.slice(2).replace(/0+$/, '');
  return `${shifted}${rest === '' ? '' : `.${rest}`}%`;
}
