import { type Denomination, denominationOrder, type ShiftFigure } from '@anlin/contract';
import { type Fen, fen, parseYuan } from '@anlin/money';

/** How many of each note and coin were counted, the largest first. */
export type Notes = ReadonlyMap<Denomination, number>;

export const emptyNotes: Notes = new Map(denominationOrder.map((worth) => [worth, 0]));

/** What the counted notes and coins are worth. */
export function notesFen(notes: Notes): Fen {
  return fen([...notes].reduce((sum, [worth, count]) => sum + BigInt(worth) * BigInt(count), 0n));
}

/** Counted sums by method; undefined while one of them is missing or no sum. */
export function readCounted(
  figures: readonly ShiftFigure[],
  counted: ReadonlyMap<string, string>,
): ReadonlyMap<string, Fen> | undefined {
  const sums = figures.map(({ paymentMethodId }) => {
    const text = (counted.get(paymentMethodId) ?? '').trim();
    return [paymentMethodId, /^-?(0|[1-9]\d{0,11})(\.\d{1,2})?$/.test(text) ? parseYuan(text) : undefined] as const;
  });
  if (sums.some(([, sum]) => sum === undefined)) return undefined;
  return new Map(sums.map(([methodId, sum]) => [methodId, sum!]));
}

/** What is still missing before the shift can be closed; empty when nothing is. */
export function countedProblem(form: {
  figures: readonly ShiftFigure[];
  sums: ReadonlyMap<string, Fen> | undefined;
  isOdd: boolean;
  reason: string;
  to: 'staff' | 'bank';
  handedToStaffId: string | undefined;
  bankSlip: string;
}): string {
  if (!form.sums) return '请填写每种支付方式的实点金额';
  if (form.isOdd && form.reason.trim() === '') return '请写明差额原因';
  if (form.to === 'staff' && form.handedToStaffId === undefined) return '请选择接收的人';
  if (form.to === 'bank' && form.bankSlip.trim() === '') return '请填写银行回单号';
  return '';
}
