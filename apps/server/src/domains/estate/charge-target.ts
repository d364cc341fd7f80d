import { raw, type Sql } from '../../platform/database/sql.ts';

/**
 * For lists of many rows that name a target: what `targetLabel` needs of the row called `of`. View `charge_target` says the same in one
 * join and is what everything else asks; these three go by whole keys, so that a count that shows no name leaves them out.
 */
export function targetJoins(of: string): Sql {
  const join = (table: string, alias: string, kind: string) =>
    `left join ${table} ${alias} on ${alias}.company_id = ${of}.company_id and ${alias}.id = ${of}.target_id and ${of}.target_kind = '${kind}'`;
  return raw(
    [join('house', 'th', 'house'), join('parking_space', 'tk', 'parkingSpace'), join('vehicle', 'tv', 'vehicle')].join(
      '\n    ',
    ),
  );
}

/** 1栋-1单元-101, 车位 B1-001, 车辆 粤B12345; empty where there is no target. Needs `targetJoins`. */
export const targetLabel: Sql = raw(`coalesce(target_label(th.full_name, tk.number, tv.plate), '')`);
