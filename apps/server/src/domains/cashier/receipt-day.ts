import { cashierFail, maxBackdateDays } from '@anlin/contract';

/**
 * Checks the business day of a receipt, ISO days: not after today, at most 31 days back, and with a written reason
 * when it is not today.
 */
export function checkReceiptDay(receivedOn: string, today: string, note: string): void {
  if (receivedOn > today) throw cashierFail('receipt.futureDay', { day: receivedOn, today });
  const earliest = Temporal.PlainDate.from(today).subtract({ days: maxBackdateDays }).toString();
  if (receivedOn < earliest) throw cashierFail('receipt.tooEarly', { day: receivedOn, days: maxBackdateDays });
  if (receivedOn < today && note === '') throw cashierFail('receipt.backdateReason');
}
