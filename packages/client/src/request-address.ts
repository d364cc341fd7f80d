/**
 * Address of a request: `/api/houses/:id` with its params filled in and its query appended. Absent and
 * null query values are left out; a list is repeated under its key.
 * Throws an Error when the path names a param that was not given: that is a programming error.
 */
export function requestAddress(baseUrl: string, path: string, params: unknown, query: unknown): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = readKey(params, name);
    if (value === undefined || value === null || value === '') throw new Error(`${path} needs the param ${name}`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) search.append(key, String(item));
    }
  }
  const tail = search.toString();
  return `${baseUrl.replace(/\/$/, '')}${filled}${tail === '' ? '' : `?${tail}`}`;
}

function readKey(from: unknown, key: string): unknown {
  return typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined;
}
