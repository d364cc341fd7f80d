import type { Context } from '../context.ts';
import { sql } from '../database/sql.ts';
import { insertSequence, receiptScope } from './next-number.ts';

/**
 * Takes several numbers of receipts brought along from another system, in their own gap-free row (PLT-16). The pattern is
 * filled but for `{seq:N}`. The counter stays locked until the transaction ends, so it is called as late as possible.
 */
export async function nextImportedReceiptNumbers(
  ctx: Context,
  input: { communityId: string; frame: string; count: number },
): Promise<string[]> {
  if (input.count === 0) return [];
  const row = await ctx.tx.first<{ last_value: bigint }>(sql`
    insert into number_counter (company_id, id, community_id, kind, scope, last_value)
    values (${ctx.companyId}, ${ctx.newId()}, ${input.communityId}, 'importedReceipt', ${receiptScope(input.frame)}, ${input.count})
    on conflict (company_id, community_id, kind, scope) do update set last_value = number_counter.last_value + ${input.count}
    returning last_value`);
  const first = row!.last_value - BigInt(input.count) + 1n;
  return Array.from({ length: input.count }, (_, place) => insertSequence(input.frame, first + BigInt(place)));
}
