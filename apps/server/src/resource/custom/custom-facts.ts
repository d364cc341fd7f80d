import { type ResourceDefinition, withCustomFields } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { readableValues, readCustomValues } from './custom-values.ts';
import { customFieldsOf } from './read-custom-fields.ts';

/**
 * What the company wrote about rows in fields of its own, by row id and the field's label: `{ 装修押金: '500.00' }`.
 * Numbers are decimal strings, days YYYY-MM-DD, options their labels. For formulas and print.
 */
export async function customFacts(
  ctx: Context,
  definition: ResourceDefinition,
  ids: readonly string[],
): Promise<Map<string, Record<string, string>>> {
  const extended = withCustomFields(definition, await customFieldsOf(ctx, definition.name));
  const values = await readCustomValues(ctx, extended, ids);
  return new Map([...values].map(([id, one]) => [id, readableValues(extended, one)]));
}
