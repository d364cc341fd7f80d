import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';

/**
 * Takes the next number of a document, gap-free (PLT-16): the counter's row stays locked until the transaction ends,
 * and a rollback gives the number back. Call it as late as possible in the transaction.
 *
 * Pattern: `{community}` its code, `{yyyy}` `{yy}` `{mm}` `{dd}` of the business day, `{seq:N}` the running number with N
 * digits at least. The running number starts anew whenever the rest of the text changes; of receipts and refunds it goes on when only
 * the digits change, so that no number is given twice.
 */
export async function nextNumber(
  ctx: Context,
  input: {
    communityId: string;
    communityCode: string;
    kind: 'receipt' | 'refund' | 'shift' | 'exitSlip' | 'withholding';
    pattern: string;
    day: Temporal.PlainDate;
  },
): Promise<string> {
  const frame = fillPattern(input.pattern, input.communityCode, input.day);
  const row = await ctx.tx.first<{
    last_value: bigint;
  }>(sql`insert into number_counter (company_id, id, community_id, kind, scope, last_value)
    values (${ctx.companyId}, ${ctx.newId()}, ${input.communityId}, ${input.kind}, ${input.kind === 'exitSlip' ? frame : receiptScope(frame)}, 1)
    on conflict (company_id, community_id, kind, scope) do update set last_value = number_counter.last_value + 1
    returning last_value`);
  return insertSequence(frame, row!.last_value);
}

/** What a counter of receipts is kept under: all but the running number, whose digits are always written as 6. */
export function receiptScope(frame: string): string {
  return frame.replace(/\{seq:\d+\}/, '{seq:6}');
}

/** Everything but the running number. */
export function fillPattern(pattern: string, communityCode: string, day: Temporal.PlainDate): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return pattern
    .replaceAll('{community}', communityCode)
    .replaceAll('{yyyy}', String(day.year))
    .replaceAll('{yy}', two(day.year % 100))
    .replaceAll('{mm}', two(day.month))
    .replaceAll('{dd}', two(day.day));
}

export function insertSequence(frame: string, sequence: bigint): string {
  return frame.replace(/\{seq:(\d+)\}/, (_, digits: string) => String(sequence).padStart(Number(digits), '0'));
}
