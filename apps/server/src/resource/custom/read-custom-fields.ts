import { type CustomFieldView, withCustomFields } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import type { ResourceBinding } from '../binding.ts';

const columns = sql`id, resource, key, kind, label, help, is_required as "isRequired", is_listed as "isListed",
  is_totalled as "isTotalled", scale, options, sort_order as "sortOrder", archived_at is not null as "isArchived", version`;

/** The fields a company added to a resource, in their order; those put away only when asked for. */
export async function customFieldsOf(
  ctx: Context,
  resource: string,
  { withArchived = false } = {},
): Promise<CustomFieldView[]> {
  return ctx.tx.rows<CustomFieldView>(sql`select ${columns} from custom_field where company_id = ${ctx.companyId}
    and resource = ${resource} and (${withArchived} or archived_at is null)
    order by archived_at is not null, sort_order, length(key), key`);
}

/** One field by its id, locked against other changes; undefined when there is none. */
export async function lockCustomField(ctx: Context, id: string): Promise<CustomFieldView | undefined> {
  return ctx.tx.first<CustomFieldView>(
    sql`select ${columns} from custom_field where company_id = ${ctx.companyId} and id = ${id} for update`,
  );
}

/** The binding as this company has it: the definition with the company's own fields among the others. */
export async function asCompanyHasIt(ctx: Context, binding: ResourceBinding): Promise<ResourceBinding> {
  const { definition } = binding;
  if (!definition.hasCustomFields) return binding;
  const own = await customFieldsOf(ctx, definition.borrowed?.resource ?? definition.name);
  return own.length === 0 ? binding : { ...binding, definition: withCustomFields(definition, own) };
}
