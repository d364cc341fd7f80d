// The script engine of mini-programs has no `URL`, so addresses are judged as text. The rule is narrow on purpose: what is
// not plainly an address of the site is none.

/** Controls, spaces, backslashes (browsers read them as slashes) and characters that no written address has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that must not be in an address
const neverInAddress = /[\u0000-\u0020\u007f-\u00a0\u2028\u2029\ufeff\\"<>^`{|}]/;

/**
 * Path, query and fragment of an address of the site, beginning with a slash; null for every other text.
 * @param siteAddress scheme and host, in lower case, without a slash at the end
 * @param text a whole address, or a path on the site
 */
export function pathOnSite(siteAddress: string, text: string): string | null {
  const address = text.trim();
  if (siteAddress === '' || neverInAddress.test(address)) return null;
  if (address.startsWith('/')) return address.startsWith('//') ? null : address;
  if (address.slice(0, siteAddress.length).toLowerCase() !== siteAddress) return null;
  const rest = address.slice(siteAddress.length);
  if (rest === '') return '/';
  if (rest.startsWith('/')) return rest.startsWith('//') ? null : rest;
  // `site@elsewhere`, `site.elsewhere` and `site:port` are other hosts.
  return rest.startsWith('?') || rest.startsWith('#') ? `/${rest}` : null;
}

/** The name of `name=value` as a page will read it, however it is written. */
function nameIn(pair: string): string {
  const [written = ''] = pair.replace(/\+/g, ' ').split('=');
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

/** The path with these values in its query, instead of those of the same names. */
export function withQuery(path: string, values: Readonly<Record<string, string>>): string {
  const added = Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return rewriteQuery(path, Object.keys(values), added);
}

/** The path without a value of this name. */
export const withoutQuery = (path: string, name: string): string => rewriteQuery(path, [name], []);

function rewriteQuery(path: string, dropped: readonly string[], added: readonly string[]): string {
  const [beforeFragment = '', ...fragment] = path.split('#');
  const [place = '', ...query] = beforeFragment.split('?');
  const kept = query
    .join('?')
    .split('&')
    .filter((pair) => pair !== '' && !dropped.includes(nameIn(pair)));
  const whole = [...kept, ...added].join('&');
  return `${place}${whole === '' ? '' : `?${whole}`}${fragment.length === 0 ? '' : `#${fragment.join('#')}`}`;
}
