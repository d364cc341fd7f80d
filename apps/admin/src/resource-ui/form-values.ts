import {
  type AttachedFile,
  createSchema,
  enteredFields,
  type Field,
  type FieldProblem,
  type ResourceDefinition,
  type ResourceRow,
  updateSchema,
} from '@anlin/contract';

/** What the form holds, by field: text, `null` for an emptied number or day, ids for references and tags. */
export type FormValues = Record<string, unknown>;

/** What a new row begins with: what may be zero begins at zero, everything else is for the person to say. */
export function newValues(definition: ResourceDefinition, given: FormValues = {}): FormValues {
  const values = enteredFields(definition).map(([key, field]) => [key, emptyValue(field)]);
  return { ...Object.fromEntries(values), ...given };
}

/** An existing row as its form begins. */
export function valuesOf(definition: ResourceDefinition, row: ResourceRow): FormValues {
  return Object.fromEntries(enteredFields(definition).map(([key, field]) => [key, inputValue(field, row[key])]));
}

/** The body that creates a row. `communityId` is among the values where the resource has one. */
export function createBody(definition: ResourceDefinition, values: FormValues): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  if (definition.isCommunityScoped) body.communityId = values.communityId;
  for (const [key, field] of enteredFields(definition)) body[key] = bodyValue(field, values[key]);
  return body;
}

/** The body that changes a row: only what differs, and the version that was read. */
export function updateBody(
  definition: ResourceDefinition,
  row: ResourceRow,
  values: FormValues,
): Record<string, unknown> {
  const before = createBody({ ...definition, isCommunityScoped: false }, valuesOf(definition, row));
  const after = createBody({ ...definition, isCommunityScoped: false }, values);
  const changed = Object.entries(after).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key]) || isStillMissing(definition, key, value),
  );
  return { version: row.version, ...Object.fromEntries(changed) };
}

/** A field of the company's own that became required after the row was made: asked for when the row is saved again. */
function isStillMissing(definition: ResourceDefinition, key: string, value: unknown): boolean {
  const field = definition.fields[key];
  return field?.customFieldId !== undefined && field.isRequired === true && isMissing(value);
}

/** Problems the contract itself finds, with the sentences the server would answer; checked before anything is sent. */
export function findProblems(
  definition: ResourceDefinition,
  body: Record<string, unknown>,
  purpose: 'create' | 'update',
): FieldProblem[] {
  const missing = requiredFields(definition, purpose)
    .filter(([key]) => (purpose === 'create' || key in body) && isMissing(body[key]))
    .map(([key, label]) => ({ path: key, message: `请填写${label}` }));
  const schema = purpose === 'create' ? createSchema(definition) : updateSchema(definition);
  const { error } = schema.safeParse(body);
  const others = (error?.issues ?? [])
    .map(({ path, message }) => ({ path: String(path[0] ?? ''), message }))
    .filter(({ path }) => !missing.some((problem) => problem.path === path));
  return [...missing, ...others];
}

function requiredFields(definition: ResourceDefinition, purpose: 'create' | 'update'): [string, string][] {
  const fields = enteredFields(definition)
    .filter(([, field]) => field.isRequired)
    .map(([key, field]): [string, string] => [key, field.label]);
  return purpose === 'create' && definition.isCommunityScoped ? [['communityId', '小区'], ...fields] : fields;
}

function isMissing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    (typeof value === 'string' && value.trim() === '') ||
    (Array.isArray(value) && value.length === 0)
  );
}

function emptyValue(field: Field): unknown {
  switch (field.kind) {
    case 'text':
    case 'longText':
    case 'phone':
      return '';
    case 'tags':
    case 'references':
    case 'choices':
    case 'files':
      return [];
    case 'boolean':
      return field.isOnByDefault ?? false;
    case 'integer':
      return field.isRequired && field.min <= 0 ? 0 : null;
    default:
      return null;
  }
}

function inputValue(field: Field, value: unknown): unknown {
  if (field.kind === 'tags' || field.kind === 'references')
    return Array.isArray(value) ? value.map(({ id }: { id: string }) => id) : [];
  return value ?? emptyValue(field);
}

function bodyValue(field: Field, value: unknown): unknown {
  if (field.kind === 'files') return ((value ?? []) as AttachedFile[]).map(({ id }) => id);
  if (typeof value === 'string' && (field.kind === 'text' || field.kind === 'phone')) return value.trim();
  if (value === undefined || value === '') return emptyOf(field);
  return value;
}

function emptyOf(field: Field): unknown {
  return field.kind === 'integer' ? null : emptyValue(field);
}
