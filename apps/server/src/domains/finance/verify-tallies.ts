import { raw, sql } from '../../platform/database/sql.ts';
import type { CheckQuery } from './book-check.ts';

/** What `tally_rows_of` was called with: dimensions besides the community, and the sum. */
const tallies = [
  { table: 'house', title: '房屋', dimensions: 'building_id, usage, status', sum: 'built_area_hundredths' },
  { table: 'parking_space', title: '车位', dimensions: 'type, status', sum: 'area_hundredths' },
] as const;

/** Counts and sums that lists show without reading every row, against the rows (ADR 0068). */
export const tallyChecks: readonly CheckQuery[] = tallies.map(({ table, title, dimensions, sum }) => {
  const [rows, tally, by, added] = [raw(table), raw(`${table}_tally`), raw(dimensions), raw(sum)];
  return {
    key: `${table}.tally`,
    title: `${title}列表的条数和面积合计等于逐条相加`,
    count: (company) => sql`select count(*) as count from ${rows} where company_id = ${company}`,
    breaches: (company) => sql`
      select community_id::text as id, format('合计与逐条相差 %s 条，面积相差 %s', sum(one), coalesce(sum(${added}), 0) * 0.01) as detail
      from (select community_id, ${by}, row_count as one, ${added} from ${tally} where company_id = ${company}
        union all select community_id, ${by}, -1, -${added} from ${rows} where company_id = ${company}) b
      group by community_id, ${by} having sum(one) <> 0 or coalesce(sum(${added}), 0) <> 0`,
  };
});
