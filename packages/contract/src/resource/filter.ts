/**
 * A filter by kind: text `{contains}`, numbers, money, days and instants `{from, to}` (both inclusive),
 * choices and references a list of keys, booleans a boolean, tags and several references a list of ids (any of them), files a boolean (has any).
 */
export type ResourceFilter = Readonly<
  Record<string, { contains: string } | { from?: string; to?: string } | readonly string[] | boolean>
>;

const longestKey = 60;
const longestContains = 100;
const longestEnd = 40;
const mostChoices = 2000;

/**
 * The filter in an address; an empty one where there is none, null where it cannot be understood. Written out rather than
 * as a schema: every page with a list reads its address, and none of them needs more of a schema library.
 */
export function parseFilter(text: string | undefined): ResourceFilter | null {
  if (text === undefined || text === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(parsed)) return null;
  const isFilter = Object.entries(parsed).every(([key, value]) => key.length <= longestKey && isFilterValue(value));
  return isFilter ? (parsed as ResourceFilter) : null;
}

function isFilterValue(value: unknown): boolean {
  if (typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.length <= mostChoices && value.every((one) => isText(one, longestKey));
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  if ('contains' in value) return entries.length === 1 && isText(value.contains, longestContains);
  return entries.every(([key, end]) => (key === 'from' || key === 'to') && isText(end, longestEnd));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.length <= longest;
}
