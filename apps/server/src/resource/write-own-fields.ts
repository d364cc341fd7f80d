import type { Field } from '@anlin/contract';
import type { Context } from '../platform/context.ts';
import type { ResourceBinding, Values } from './binding.ts';
import { checkReferences } from './check-references.ts';
import { checkRequired, flattenInput, ownFields, readCustomValues, writeCustomValues } from './custom/custom-values.ts';
import { asCompanyHasIt } from './custom/read-custom-fields.ts';
import { previousValues, writeFiles, writeTags } from './write-row.ts';

/** What a use case of its own was given of a row's own fields and tags; what is absent stays as it is. */
export interface OwnFieldsInput {
  /** By field key. */
  custom?: Values | undefined;
  /** Ids. */
  tags?: readonly string[] | undefined;
}

/** Owner, as files know it, of what is attached to own fields: the row's built-in files are told apart from them. */
export const ownFilesOf = (resource: string) => `${resource}Own`;

/**
 * Writes the company's own fields and the tags of one row of a resource that belongs to the company, for a use case that
 * writes the rest; the row is locked. Returns the labels of what was given.
 * Errors: request.invalid (422) with paths such as `custom.c1`, reference.notFound (422) for files and tags.
 */
export async function writeOwnFields(
  ctx: Context,
  plain: ResourceBinding,
  id: string,
  { custom = {}, tags }: OwnFieldsInput,
): Promise<string[]> {
  const binding = await asCompanyHasIt(ctx, plain);
  const own: Record<string, Field> = Object.fromEntries(ownFields(binding.definition));
  const tagField = Object.entries(binding.definition.fields).find(([, field]) => field.kind === 'tags');
  const definition = { ...binding.definition, fields: tagField ? { ...own, [tagField[0]]: tagField[1] } : own };
  const changed: Values = flattenInput(definition, { custom }, 'update');
  const stored = { ...definition, fields: own };
  const previous = previousValues(stored, (await readCustomValues(ctx, definition, [id])).get(id) ?? {});
  const given: Values = { ...changed, ...(tagField && tags ? { [tagField[0]]: tags } : {}) };
  const values: Values = { ...previous, ...given };
  checkRequired(definition, values);
  await checkReferences(ctx, { ...binding, definition }, values, given, previous);
  await writeTags(ctx, definition, id, given);
  await writeFiles(ctx, { ...definition, name: ownFilesOf(definition.name) }, id, values, previous);
  await writeCustomValues(ctx, definition, [{ owner: { id, communityId: null }, values: changed }]);
  return Object.keys(given).map((key) => definition.fields[key]?.label ?? key);
}
