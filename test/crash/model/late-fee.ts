import type { Bill } from './books.ts';

/** How an item charges late payment: hundred-thousandths of the principal a day, after days of grace, capped. */
export interface LateFeeTerms {
  daily: bigint;
  graceDays: number;
  capPercent: bigint | null;
}

const days = new Map<string, number>();

/** Days since a day long ago. */
function dayNumber(day: string): number {
  const known = days.get(day) ?? Temporal.PlainDate.from('2000-01-01').until(day, { largestUnit: 'day' }).days;
  days.set(day, known);
  return known;
}

/**
 * What is still to pay of the late fee at the end of a day: for each day after the grace a share of what was owed when it
 * began, in all at most the cap, rounded half up once, less what was paid of it or given up.
 */
export function lateFeeDue(bill: Bill, asOf: string, { daily, graceDays, capPercent }: LateFeeTerms): bigint {
  const principalFen = bill.receivableFen - bill.waivedFen;
  const lowered = bill.lowered.map((one) => ({ fen: one.fen, day: dayNumber(one.day) }));
  let owedDays = 0n;
  for (let day = dayNumber(bill.dueOn) + graceDays + 1; day <= dayNumber(asOf); day++) {
    let owed = principalFen;
    for (const one of lowered) if (one.day < day) owed -= one.fen;
    if (owed > 0n) owedDays += owed;
  }
  const hundredThousandths = owedDays * daily;
  const most = capPercent === null ? null : principalFen * capPercent * 1000n;
  const charged = most !== null && most < hundredThousandths ? most : hundredThousandths;
  const due = (charged + 50_000n) / 100_000n - bill.lateFeeReceivedFen - bill.lateFeeWaivedFen;
  return due > 0n ? due : 0n;
}
