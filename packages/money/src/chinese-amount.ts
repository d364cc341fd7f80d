import nzh from 'nzh/cn';
import { absFen, type Fen } from './fen.ts';
import { MoneyError } from './money-error.ts';
import { formatYuan } from './yuan-text.ts';

// 10^16 yuan. Above it the units of the language run out (`万万亿`).
const limitFen = 10n ** 18n;

/**
 * An amount in the capital numerals of receipts: `贰佰柒拾伍元捌角整`.
 * `整` closes an amount that does not reach the fen, so that nothing can be written after it (支付结算办法, 附一).
 * Throws `amountTooLarge` from 10^16 yuan.
 */
export function toChineseAmount(amount: Fen): string {
  if (absFen(amount) >= limitFen) throw new MoneyError('amountTooLarge', { amount: formatYuan(amount) });
  const words = nzh.toMoney(formatYuan(absFen(amount)), { outSymbol: false });
  const sign = amount < 0n ? '负' : '';
  return words.endsWith('分') ? sign + words : `${sign}${words}整`;
}
