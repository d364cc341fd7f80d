import { raw, sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

/**
 * Every running number a counter has given out. It is compared as a number and not as text, because its digits may have
 * been changed in between; it is always the last digits of a receipt's number.
 */
const counters = { receipt: sql`('receipt', 'importedReceipt')`, refund: sql`('refund')`, shift: sql`('shift')` };

const given = (company: string, kind: keyof typeof counters) => sql`
  select c.id, c.community_id, regexp_replace(c.scope, '\\{seq:\\d+\\}', '{seq}') as frame, n::numeric as sequence
  from number_counter c cross join lateral generate_series(1, c.last_value) n
  where c.company_id = ${company} and c.kind in ${counters[kind]}`;

const taken = (company: string, kind: keyof typeof counters) => sql`
  select id, community_id, number, regexp_replace(number, '[0-9]+([^0-9]*)$', '{seq}\\1') as frame,
    substring(number from '([0-9]+)[^0-9]*$')::numeric as sequence
  from ${raw(kind)} where company_id = ${company}`;

/** Numbers of receipts, refunds and shifts (PLT-16): from 1 to the last, each once, undone ones included. */
export const numberChecks: readonly CheckQuery[] = (
  [
    ['receipt', '收据号连续，不缺号、不重号、无编外号'],
    ['refund', '退款号连续，不缺号、不重号、无编外号'],
    ['shift', '交班单号连续，不缺号、不重号、无编外号'],
  ] as const
).map(([kind, title]) => ({
  key: `${kind}.number`,
  title,
  count: (company) =>
    sql`select coalesce(sum(last_value), 0)::bigint as count from number_counter where company_id = ${company} and kind in ${counters[kind]}`,
  breaches: (company) => sql`
      select coalesce(min(r.id::text), g.id::text) as id, format(case when count(r.id) = 0 then '缺号 %s' when g.id is null then '编外号 %s'
        else '重号 %s' end, coalesce(min(r.number), replace(g.frame, '{seq}', lpad(g.sequence::text, greatest(6, length(g.sequence::text)), '0')))) as detail
      from (${given(company, kind)}) g
      full join (${taken(company, kind)}) r on r.community_id = g.community_id and r.frame = g.frame and r.sequence = g.sequence
      group by g.id, g.frame, g.sequence, case when g.id is null then r.id end having count(r.id) <> 1 or g.id is null`,
}));
