import { compareFen, type Fen, formatYuan, parseYuan, subtractFen, sumFen, zeroFen } from '@anlin/money';

/** Adds yuan texts of the wire. */
export function sumYuan(amounts: readonly string[]): string {
  return formatYuan(sumFen(amounts.map(parseYuan)));
}

/** What a person types as money; `null` while it is not an amount. Nothing typed is nothing. */
export function readTyped(text: string): Fen | null {
  const trimmed = plainDigits(text.trim());
  if (trimmed === '') return zeroFen;
  return /^(0|[1-9]\d{0,10})(\.\d{0,2})?$/.test(trimmed) ? parseYuan(trimmed.replace(/\.$/, '')) : null;
}

/** As an input method left in Chinese types it, １００．５, and grouped by thousands, 1,000. */
function plainDigits(text: string): string {
  const halfWide = text
    .replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replace(/[．。]/g, '.')
    .replace(/，/g, ',');
  return /^\d{1,3}(,\d{3})+(\.\d*)?$/.test(halfWide) ? halfWide.replaceAll(',', '') : halfWide;
}

/** One way of paying. The first row takes what the others leave, so that tenders always add up. */
export interface TenderRow {
  paymentMethodId: string;
  /** As typed; not used in the first row. */
  amount: string;
  reference: string;
}

export interface Tendering {
  tenders: { paymentMethodId: string; amount: string; reference: string }[];
  /** What is to be paid in cash, and what goes back. */
  cash: string;
  change: string;
  /** Chinese reason why it can't be collected like this; empty when it can. */
  problem: string;
}

/** Works out the tenders of a total from what was typed. `cashTendered` empty means the exact sum. */
export function workOutTenders(input: {
  total: string;
  rows: readonly TenderRow[];
  cashTendered: string;
  isCash: (paymentMethodId: string) => boolean;
}): Tendering {
  const total = parseYuan(input.total);
  const typed = input.rows.slice(1).map((row) => readTyped(row.amount));
  const none: Tendering = { tenders: [], cash: '0.00', change: '0.00', problem: '' };
  if (typed.some((amount) => amount === null)) return { ...none, problem: '支付金额应为数字，最多两位小数' };
  const others = typed as Fen[];
  const first = subtractFen(total, sumFen(others));
  if (first < zeroFen) return { ...none, problem: '其他支付方式的金额超过了应付合计' };
  const tenders = input.rows
    .map((row, index) => ({ ...row, fen: index === 0 ? first : (others[index - 1] ?? zeroFen) }))
    .filter((row) => row.fen > zeroFen);
  const cash = sumFen(tenders.filter((row) => input.isCash(row.paymentMethodId)).map((row) => row.fen));
  const tendered = input.cashTendered.trim() === '' ? cash : readTyped(input.cashTendered);
  const result = {
    tenders: tenders.map(({ paymentMethodId, fen, reference }) => ({
      paymentMethodId,
      amount: formatYuan(fen),
      // What is typed for one way of paying does not stay when it is changed to cash.
      reference: input.isCash(paymentMethodId) ? '' : reference,
    })),
    cash: formatYuan(cash),
  };
  if (tendered === null) return { ...result, change: '0.00', problem: '收到的现金应为数字，最多两位小数' };
  if (compareFen(tendered, cash) < 0) {
    return { ...result, change: '0.00', problem: `现金还差 ${formatYuan(subtractFen(cash, tendered))} 元` };
  }
  return { ...result, change: formatYuan(subtractFen(tendered, cash)), problem: '' };
}

/** A key for one attempt to collect. `crypto.randomUUID` is missing on plain http addresses, so it is made by hand. */
export function newAttemptKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
