export { toChineseAmount } from './chinese-amount.ts';
export { Decimal } from './decimal.ts';
export {
  absFen,
  addFen,
  compareFen,
  type Fen,
  fen,
  maxFen,
  minFen,
  negateFen,
  subtractFen,
  sumFen,
  zeroFen,
} from './fen.ts';
export { MoneyError, type MoneyErrorCode } from './money-error.ts';
export { shareByWeights, shareEqually } from './share.ts';
export { splitTax, type TaxSplit } from './tax.ts';
export {
  type MoneyRounding,
  type Precision,
  type Rounding,
  ratioToMoney,
  toExactYuan,
  toMoney,
} from './to-money.ts';
export { formatYuan, formatYuanGrouped, parseYuan } from './yuan-text.ts';
