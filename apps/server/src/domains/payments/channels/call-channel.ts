import { ChannelSilence, type Outside } from './payment-channel.ts';

/** An answer below 500: what it says is for the caller to judge. */
export interface ChannelAnswer {
  status: number;
  bytes: Buffer;
}

/** No channel answers with more than this; a bill of a day is its largest. */
const mostBytes = 200 * 1024 * 1024;

/** Where a host of a channel is reached. The gateway gets the host as the first folder, as every emulated provider does. */
export function addressOf(outside: Outside, host: string, path: string): string {
  return `${outside.gateway === undefined ? `https://${host}` : `${outside.gateway}/${host}`}${path}`;
}

/** Calls a channel. Throws ChannelSilence when it does not answer in time, breaks off, or answers with an error of its own. */
export async function callChannel(
  outside: Outside,
  host: string,
  path: string,
  form?: Readonly<Record<string, string>>,
): Promise<ChannelAnswer> {
  try {
    const response = await fetch(addressOf(outside, host, path), {
      redirect: 'error',
      signal: AbortSignal.timeout(outside.timeoutMs),
      ...(form && {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8' },
        body: new URLSearchParams(form).toString(),
      }),
    });
    if (response.status >= 500) throw new ChannelSilence(`${host} answered ${response.status}`);
    return { status: response.status, bytes: await readBytes(response, host) };
  } catch (error) {
    if (error instanceof ChannelSilence) throw error;
    const isSlow = (error as Error).name === 'TimeoutError';
    throw new ChannelSilence(isSlow ? `${host} did not answer in time` : `${host} could not be reached or broke off`);
  }
}

async function readBytes(response: Response, host: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > mostBytes) throw new ChannelSilence(`${host} answered with more than can be read`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
