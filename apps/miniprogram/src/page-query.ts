/** What a page was opened with, as WeChat hands it over: each value still encoded as the opener wrote it. */
export type PageQuery = Readonly<Record<string, string | undefined>>;

/** The value in clear; empty where there is none. */
export function readValue(query: PageQuery, name: string): string {
  const written = query[name] ?? '';
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
