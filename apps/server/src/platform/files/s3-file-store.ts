import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { AwsClient } from 'aws4fetch';
import { type FileStore, measuring, placeOf } from './file-store.ts';
import { bucketUrl, type S3Settings } from './s3-settings.ts';

/** Size of the parts a large file goes up in, all but the last: what one write holds in memory. S3 wants 5 MB or more. */
const partBytes = 8 * 1024 * 1024;
/** A store that is busy (5xx, 429) or hangs up is asked again after these times. Every request may be made twice. */
const usualPatienceMs: readonly number[] = [50, 200, 800, 3000];

/** What the store answered, for the log; never shown to a person as it is. */
export class StoreRefused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(what: string, status: number, code: string) {
    super(`S3 answered ${what} with ${status} ${code}`);
    this.name = 'StoreRefused';
    this.status = status;
    this.code = code;
  }
}

type Send = (
  method: string,
  key: string,
  options?: { body?: Buffer | string; headers?: Record<string, string>; accept?: readonly number[] },
) => Promise<Response>;

/**
 * Files in a bucket, under the names they have on a disk. Bytes stream both ways; a file appears whole when its last part
 * is in, and the hash of every request is signed, so that nothing arrives altered.
 */
export function s3FileStore(settings: S3Settings, patienceMs = usualPatienceMs): FileStore {
  const send = sender(settings, patienceMs);
  const store: FileStore = {
    read: (companyId, fileId) => Readable.from(bytesOf(send, placeOf(companyId, fileId)), { objectMode: false }),
    async head(companyId, fileId, count) {
      const headers = { range: `bytes=0-${count - 1}` };
      // 416: the file is empty, so that not even its first byte can be had.
      const response = await send('GET', placeOf(companyId, fileId), { headers, accept: [416] });
      const body = Buffer.from(await response.arrayBuffer());
      return response.status === 416 ? Buffer.alloc(0) : body.subarray(0, count);
    },
    async remove(companyId, fileId) {
      await discard(await send('DELETE', placeOf(companyId, fileId), { accept: [404] }));
    },
    async write(companyId, fileId, content) {
      const { through, measured } = measuring();
      await pipeline(content, through, (source: AsyncIterable<Buffer>) =>
        putParts(send, placeOf(companyId, fileId), source),
      );
      return measured();
    },
    async withLocalCopy(companyId, fileId, work) {
      const folder = await mkdtemp(join(tmpdir(), 'anlin-file-'));
      try {
        const path = join(folder, 'copy');
        await pipeline(store.read(companyId, fileId), createWriteStream(path, { mode: 0o600 }));
        return await work(path);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
  return store;
}

/** Writes, reads and removes a file, so that a wrong address, name or right is known before anybody works. Throws in Chinese. */
export async function proveS3(settings: S3Settings): Promise<void> {
  const store = s3FileStore(settings, []);
  const probe = ['anlin-probe', crypto.randomUUID()] as const;
  try {
    await store.write(...probe, Readable.from([Buffer.from('anlin')]));
    await store.head(...probe, 5);
    await store.remove(...probe);
  } catch (error) {
    const why = error instanceof StoreRefused ? `${error.status} ${error.code}` : '连接不上';
    throw new Error(
      `文件存储用不了：${settings.endpoint} 的存储桶 ${settings.bucket}（${why}）。请检查 ANLIN_S3_* 各项，以及密钥能否读、写、删除。`,
      { cause: error },
    );
  }
}

function sender(settings: S3Settings, patienceMs: readonly number[]): Send {
  const { accessKey, secretKey, region } = settings;
  const client = new AwsClient({
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    region,
    service: 's3',
    retries: 0,
  });
  const base = bucketUrl(settings);
  return async (method, key, { body, headers = {}, accept = [] } = {}) => {
    const signed = {
      ...headers,
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    };
    const content = typeof body === 'string' ? body : body && new Uint8Array(body);
    const response = await patiently(patienceMs, () =>
      client.fetch(`${base}/${key}`, {
        method,
        headers: signed,
        redirect: 'manual',
        ...(content === undefined ? {} : { body: content }),
      }),
    );
    if (response.ok || accept.includes(response.status)) return response;
    throw await refused(method, response);
  };
}

async function patiently(patienceMs: readonly number[], ask: () => Promise<Response>): Promise<Response> {
  for (const waitMs of patienceMs) {
    const response = await ask().catch(() => undefined);
    if (response && response.status < 500 && response.status !== 429) return response;
    await response?.body?.cancel();
    await setTimeout(waitMs);
  }
  return ask();
}

async function refused(what: string, response: Response): Promise<StoreRefused> {
  const text = await response.text().catch(() => '');
  return new StoreRefused(what, response.status, elementOf(text, 'Code') ?? '');
}

async function* bytesOf(send: Send, key: string): AsyncGenerator<Uint8Array> {
  const response = await send('GET', key);
  if (response.body) yield* response.body;
}

/** One request for what fits in one part; else a multipart upload, ended or given up. */
async function putParts(send: Send, key: string, source: AsyncIterable<Buffer>): Promise<void> {
  const parts = cutParts(source);
  const first = await parts.next();
  const second = first.done ? first : await parts.next();
  if (second.done) {
    await discard(await send('PUT', key, { body: first.value ?? Buffer.alloc(0) }));
    return;
  }
  const started = await (await send('POST', `${key}?uploads=`)).text();
  const uploadId = elementOf(started, 'UploadId');
  if (!uploadId) throw new StoreRefused('CreateMultipartUpload', 200, 'NoUploadId');
  const upload = `uploadId=${encodeURIComponent(uploadId)}`;
  try {
    const tags: string[] = [];
    const put = async (body: Buffer) => {
      const response = await send('PUT', `${key}?partNumber=${tags.length + 1}&${upload}`, { body });
      await discard(response);
      tags.push(response.headers.get('etag') ?? '');
    };
    await put(first.value as Buffer);
    await put(second.value);
    for await (const part of parts) await put(part);
    await complete(send, `${key}?${upload}`, tags);
  } catch (error) {
    // Parts of an upload nobody ends are kept, and paid for, until somebody gives it up.
    await send('DELETE', `${key}?${upload}`, { accept: [404] }).then(discard, () => {});
    throw error;
  }
}

async function complete(send: Send, key: string, tags: readonly string[]): Promise<void> {
  const parts = tags.map((tag, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${tag}</ETag></Part>`).join('');
  const body = `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`;
  const answer = await (await send('POST', key, { body })).text();
  // S3 may send 200 at once and find out only then that it cannot.
  if (answer.includes('<Error>')) {
    throw new StoreRefused('CompleteMultipartUpload', 200, elementOf(answer, 'Code') ?? '');
  }
}

/** The bytes in parts of exactly `partBytes`, the last of what is left; none when there are no bytes. */
async function* cutParts(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const chunk of source) {
    waiting.push(chunk);
    length += chunk.length;
    while (length >= partBytes) {
      const whole = Buffer.concat(waiting);
      yield whole.subarray(0, partBytes);
      waiting = [whole.subarray(partBytes)];
      length -= partBytes;
    }
  }
  if (length > 0) yield Buffer.concat(waiting);
}

const discard = async (response: Response) => {
  await response.arrayBuffer();
};

function elementOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
