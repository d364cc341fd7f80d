import type { TargetKind } from '@anlin/contract';
import { join, raw, type Sql, sql } from '../../platform/database/sql.ts';

/** The column of a binding that names a target of each kind; exactly one of them is filled. */
const columnOf = {
  house: 'house_id',
  parkingSpace: 'parking_space_id',
  vehicle: 'vehicle_id',
} as const satisfies Record<TargetKind, string>;

/** For `insert into standard_binding (… bindingTargetColumns …)`. */
export const bindingTargetColumns: Sql = raw(Object.values(columnOf).join(', '));

/** What stands in those columns: `id` in the one of its kind. Both are SQL expressions of a text and a uuid. */
export function bindingTargetValues(kind: Sql, id: Sql): Sql {
  return join(Object.keys(columnOf).map((one) => sql`case when ${kind} = ${raw(`'${one}'`)} then ${id} end`));
}
