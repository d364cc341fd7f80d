import { accountingFail } from '@anlin/contract';

/** Throws voucher.rangeReversed (422) when days end before they begin. ISO days compare as text. */
export function refuseReversed(from: string, to: string): void {
  if (from > to) throw accountingFail('voucher.rangeReversed', { from, to });
}
