import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type S3Emulator, s3Account, startS3Emulator } from '../../../../../tools/emulator/s3.ts';
import { readConfig } from '../config.ts';
import { newId } from '../ids.ts';
import { diskFileStore } from './disk-file-store.ts';
import type { FileStore } from './file-store.ts';
import { proveS3, s3FileStore } from './s3-file-store.ts';
import { bucketUrl, type S3Settings } from './s3-settings.ts';

const megabyte = 1024 * 1024;
let folder: string;
let emulator: S3Emulator;
let settings: S3Settings;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anlin-store-'));
  emulator = await startS3Emulator();
  settings = { ...s3Account, endpoint: emulator.url, isPathStyle: true };
});
afterAll(async () => {
  await emulator.stop();
  await rm(folder, { recursive: true });
});

const company = newId();
const one = (content: Buffer | string) => Readable.from([Buffer.from(content)]);
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest();

describe.each(['disk', 's3'] as const)('files kept on %s', (kind) => {
  let store: FileStore;
  beforeAll(() => {
    store = kind === 'disk' ? diskFileStore(folder) : s3FileStore(settings);
  });

  it.each([
    ['nothing', 0],
    ['a few bytes', 11],
    ['exactly one part', 8 * megabyte],
    ['three parts and a rest', 24 * megabyte + 5],
  ])('come back as they were: %s', async (_, length) => {
    const id = newId();
    const content = Buffer.alloc(length, '安邻管理系统');
    async function* chunks() {
      for (let at = 0; at < length; at += 700_001) yield content.subarray(at, at + 700_001);
    }
    const stored = await store.write(company, id, Readable.from(chunks(), { objectMode: false }));
    expect(stored).toEqual({ sizeBytes: length, sha256: sha256(content) });
    expect((await buffer(store.read(company, id))).equals(content)).toBe(true);
    expect((await store.head(company, id, 12)).equals(content.subarray(0, 12))).toBe(true);
    await store.withLocalCopy(company, id, async (path) => {
      expect((await readFile(path)).equals(content)).toBe(true);
    });
  });

  it('are replaced whole, never seen by another company, and gone when removed', async () => {
    const id = newId();
    await store.write(company, id, one('第一版，比较长'));
    await store.write(company, id, one('第二版'));
    expect((await buffer(store.read(company, id))).toString()).toBe('第二版');
    await expect(store.head(newId(), id, 1)).rejects.toThrow();
    await store.remove(company, id);
    await store.remove(company, id);
    await expect(store.head(company, id, 1)).rejects.toThrow();
    await expect(buffer(store.read(company, id))).rejects.toThrow();
    await expect(store.withLocalCopy(company, id, async () => 'work on nothing').then(readFile)).rejects.toThrow();
  });

  it('are not there at all when the sender breaks off, at the start or after some parts', async () => {
    for (const before of [1, 20 * megabyte]) {
      const id = newId();
      async function* breaking() {
        for (let sent = 0; sent < before; sent += megabyte) yield Buffer.alloc(Math.min(megabyte, before));
        throw new Error('the browser was closed');
      }
      await expect(store.write(company, id, Readable.from(breaking(), { objectMode: false }))).rejects.toThrow(
        'the browser was closed',
      );
      await expect(store.head(company, id, 1)).rejects.toThrow();
    }
    expect(emulator.uploads.size).toBe(0);
    const left = await readdir(folder, { recursive: true });
    expect(left.filter((name) => name.endsWith('.partial'))).toEqual([]);
  });
});

describe('a bucket', () => {
  beforeEach(() => {
    emulator.busy.requests = 0;
  });

  it('that is busy for a moment is asked again; one that stays busy is an error', async () => {
    const store = s3FileStore(settings, [1, 1, 1]);
    const id = newId();
    emulator.busy.requests = 2;
    await store.write(company, id, one('内容'));
    expect((await buffer(store.read(company, id))).toString()).toBe('内容');
    emulator.busy.requests = 4;
    await expect(store.remove(company, id)).rejects.toMatchObject({ status: 503, code: 'SlowDown' });
  });

  it('gives its copies on this machine back when the work with them ends, well or not', async () => {
    const store = s3FileStore(settings);
    const id = newId();
    await store.write(company, id, one('内容'));
    let left = '';
    await expect(
      store.withLocalCopy(company, id, async (path) => {
        left = path;
        throw new Error('the spreadsheet is broken');
      }),
    ).rejects.toThrow('broken');
    expect(existsSync(left)).toBe(false);
  });

  it('with a wrong key, name, region or address is refused at the start, in Chinese', async () => {
    await proveS3(settings);
    expect(
      emulator.objects
        .keys()
        .filter((key) => key.includes('probe'))
        .toArray(),
    ).toEqual([]);
    const wrong: [Partial<S3Settings>, string][] = [
      [{ secretKey: 'other' }, 'SignatureDoesNotMatch'],
      [{ accessKey: 'other' }, 'InvalidAccessKeyId'],
      [{ region: 'us-east-1' }, 'AuthorizationHeaderMalformed'],
      [{ bucket: 'another' }, 'NoSuchBucket'],
      [{ endpoint: 'http://127.0.0.1:1' }, '连接不上'],
    ];
    for (const [change, why] of wrong) {
      await expect(proveS3({ ...settings, ...change })).rejects.toThrow(
        new RegExp(`^文件存储用不了：.*${why}.*ANLIN_S3_`),
      );
    }
  });

  it('is named by the environment, wholly or not at all', () => {
    const environment = {
      ANLIN_S3_ENDPOINT: 'https://oss-cn-hangzhou.aliyuncs.com/',
      ANLIN_S3_BUCKET: 'anlin',
      ANLIN_S3_REGION: 'cn-hangzhou',
      ANLIN_S3_KEY: 'key',
      ANLIN_S3_SECRET: 'secret',
    };
    expect(readConfig({}).s3).toBeUndefined();
    const read = readConfig(environment).s3!;
    expect(bucketUrl(read)).toBe('https://oss-cn-hangzhou.aliyuncs.com/anlin');
    const virtual = readConfig({ ...environment, ANLIN_S3_PATH_STYLE: '0' }).s3!;
    expect(bucketUrl(virtual)).toBe('https://anlin.oss-cn-hangzhou.aliyuncs.com');
    expect(() => readConfig({ ...environment, ANLIN_S3_SECRET: '' })).toThrow('还缺 ANLIN_S3_SECRET');
    expect(() => readConfig({ ...environment, ANLIN_S3_ENDPOINT: 'oss.example' })).toThrow('ANLIN_S3_ENDPOINT 应为');
  });
});
