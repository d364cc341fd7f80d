import type { Outside } from './channel.ts';

/** An answer that is no JSON, or comes with a server's error: nothing is known of what was done. */
export class NoAnswer extends Error {}

/** Calls a provider and reads its JSON. `path` begins with a slash; the gateway gets the host as the first folder. */
export async function callProvider<Reply extends object>(
  outside: Outside,
  host: string,
  path: string,
  request: { body?: object | string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Reply> {
  const base = outside.gateway === undefined ? `https://${host}` : `${outside.gateway}/${host}`;
  const response = await fetch(`${base}${path}`, {
    method: request.body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...request.headers },
    ...(request.body === undefined
      ? {}
      : { body: typeof request.body === 'string' ? request.body : JSON.stringify(request.body) }),
    signal: AbortSignal.timeout(outside.timeoutMs),
    redirect: 'error',
  });
  if (response.status >= 500) throw new NoAnswer(`HTTP ${response.status}`);
  return (await response.json()) as Reply;
}

/** No connection came about: whatever was to be sent has reached nobody. */
const unconnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export function isNeverConnected(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && unconnected.has(String(cause.code));
}
