import type { Field } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { identifier, raw, type Sql, sql } from '../../platform/database/sql.ts';

/** Column of `custom_value` in which a kind of field can be compared and sorted. */
export function valueColumn(field: Field, alias = 'v'): Sql {
  const name = { decimal: 'number_value', choice: 'number_value', day: 'day_value' }[field.kind as string];
  return raw(`${alias}.${name ?? 'text_value'}`);
}

/** Under whose id row `t` has values of the field: its own, or that of the row it stands for. */
export function ownerOfRow(field: Field): Sql {
  return sql`t.${identifier(field.customOwner ?? 'id')}`;
}

/** Rows `t` that have a value of the field for which the condition on alias `v` holds. */
export function havingValue(ctx: Context, field: Field, condition: Sql, isWanted = true): Sql {
  return sql`${raw(isWanted ? '' : 'not ')}exists (select 1 from custom_value v where v.company_id = ${ctx.companyId}
    and v.field_id = ${field.customFieldId} and v.owner_id = ${ownerOfRow(field)} and ${condition})`;
}

/** The field's value of row `t`, for orders where it does not come first. */
export function valueOfRow(field: Field): Sql {
  return sql`(select ${sortable(field)} from custom_value v where v.company_id = t.company_id
    and v.field_id = ${field.customFieldId} and v.owner_id = ${ownerOfRow(field)} and v.position = 0)`;
}

/** What a field is sorted by on alias `v`: texts as in Chinese dictionaries, options in their order. */
export function sortable(field: Field): Sql {
  return field.kind === 'text' ? sql`${valueColumn(field)} collate "zh-x-icu"` : valueColumn(field);
}
