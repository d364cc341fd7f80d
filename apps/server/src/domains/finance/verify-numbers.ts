import { sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

/** Every number a counter has given out, as text: the running number with at least N digits in the place of `{seq:N}`. */
const given = (company: string) => sql`
  select c.id, c.community_id, regexp_replace(c.scope, '\\{seq:\\d+\\}',
      lpad(n::text, greatest(length(n::text), substring(c.scope from '\\{seq:(\\d+)\\}')::int), '0')) as number
  from number_counter c cross join lateral generate_series(1, c.last_value) n
  where c.company_id = ${company} and c.kind = 'receipt'`;

/** Receipt numbers (PLT-16): from 1 to the last, each once, reversed ones included. */
export const numberChecks: readonly CheckQuery[] = [
  {
    key: 'receipt.number',
    title: '收据号连续，不缺号、不重号、无编外号',
    count: (company) =>
      sql`select coalesce(sum(last_value), 0)::bigint as count from number_counter where company_id = ${company} and kind = 'receipt'`,
    breaches: (company) => sql`
      select coalesce(min(r.id::text), g.id::text) as id, format(case when count(r.id) = 0 then '缺号 %s' when g.id is null then '编外号 %s'
        else '重号 %s' end, coalesce(g.number, r.number)) as detail
      from (${given(company)}) g
      full join (select id, community_id, number from receipt where company_id = ${company}) r
        on r.community_id = g.community_id and r.number = g.number
      group by g.id, g.number, r.number having count(r.id) <> 1 or g.id is null`,
  },
];
