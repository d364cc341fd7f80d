import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

/** `张三丰` → `张**` */
export function maskName(name: string): string {
  const [first = '', ...rest] = [...name];
  return first + '*'.repeat(Math.max(1, rest.length));
}

/** Writes down that a record is no more, with the houses it was tied to. Call while the stays still stand. */
export async function recordDeletion(
  ctx: Context,
  input: { residentId: string; kind: 'deleted' | 'merged' | 'erased'; maskedName: string; reason: string },
): Promise<void> {
  await ctx.tx.run(sql`insert into resident_deletion (company_id, id, community_id, resident_id, kind, masked_name, house_labels, reason, staff_id, created_at)
    select ${ctx.companyId}, ${ctx.newId()}, (array_agg(o.community_id order by o.moved_in_on desc))[1], ${input.residentId}, ${input.kind}, ${input.maskedName},
      coalesce(string_agg(distinct h.full_name, '、'), ''), ${input.reason}, ${ctx.actor.id}, ${nowText(ctx)}
    from occupancy o join house h on h.company_id = o.company_id and h.id = o.house_id
    where o.company_id = ${ctx.companyId} and o.resident_id = ${input.residentId}`);
}
