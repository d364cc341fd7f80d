import { platformFail, type ResourceRow } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import { identifier, sql } from '../platform/database/sql.ts';
import type { ResourceBinding } from './binding.ts';
import { readCustomValues } from './custom/custom-values.ts';
import { asCompanyHasIt } from './custom/read-custom-fields.ts';
import { seesPhones } from './field-values.ts';
import { seenRows } from './list-filter.ts';
import { ownerIdOf, rowToWire, wireSelect } from './select-rows.ts';

/** One row as the wire shows it. Error: resource.notFound (404), also for what belongs to another company or community. */
export async function getRow(ctx: Context, binding: ResourceBinding, id: string): Promise<ResourceRow> {
  // Fields of the company's own are kept apart: the row itself is found without knowing them.
  const [own, row] = await Promise.all([asCompanyHasIt(ctx, binding), findRow(ctx, binding, id)]);
  const ownerId = ownerIdOf(own.definition)(row);
  const custom = await readCustomValues(ctx, own.definition, [ownerId]);
  return rowToWire(own.definition, row, binding.isPhoneAsked !== true && seesPhones(ctx), custom.get(ownerId));
}

/** The same with whole phones, for comparing before and after; `isLocked` keeps others from changing it meanwhile. */
export async function findRow(
  ctx: Context,
  binding: ResourceBinding,
  id: string,
  isLocked = false,
): Promise<Record<string, unknown>> {
  const { columns, joins } = wireSelect(binding);
  const query = sql`select ${columns} from ${identifier(binding.definition.table)} t ${joins}
    where ${seenRows(ctx, binding)} and t.id = ${id}`;
  const row = await ctx.tx.first<Record<string, unknown>>(isLocked ? sql`${query} for update of t` : query);
  if (!row) throw platformFail('resource.notFound', { label: binding.definition.label });
  return row;
}
