import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** The one bucket the emulator has, and who may use it. Nothing of it exists anywhere else. */
export const s3Account = {
  bucket: 'anlin-files',
  region: 'cn-test-1',
  accessKey: 'AKIDEMULATOR',
  secretKey: 'emulator-secret/with+signs',
};

export interface S3Emulator {
  /** What ANLIN_S3_ENDPOINT is set to. */
  url: string;
  /** What is in the bucket, by key. */
  objects: Map<string, Buffer>;
  /** Uploads in parts that were neither ended nor given up. */
  uploads: Map<string, Map<number, Buffer>>;
  /** How many of the next requests are answered 503. */
  busy: { requests: number };
  stop(): Promise<void>;
}

const smallestPartBytes = 5 * 1024 * 1024;
const patienceMs = 15 * 60 * 1000;

/**
 * Stands in for an S3-compatible store on the loopback, path style, in memory: objects with ranges, uploads in parts,
 * and signature version 4 checked as the reference of AWS describes it ("Signature Calculations for the Authorization
 * Header"), hash of the content included.
 */
export async function startS3Emulator(port = 0): Promise<S3Emulator> {
  const objects: S3Emulator['objects'] = new Map();
  const uploads: S3Emulator['uploads'] = new Map();
  const busy = { requests: 0 };
  const server = createServer((request, response) => {
    answer(request, { objects, uploads, busy }).then(
      (reply) => give(response, reply),
      (error: Error) => give(response, refuse(500, 'InternalError', error.message)),
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`,
    objects,
    uploads,
    busy,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
}
type State = Pick<S3Emulator, 'objects' | 'uploads' | 'busy'>;

function give(response: ServerResponse, { status, headers = {}, body = '' }: Reply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const refuse = (status: number, code: string, message = ''): Reply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});

async function answer(request: IncomingMessage, state: State): Promise<Reply> {
  const body = await buffer(request);
  if (state.busy.requests > 0) {
    state.busy.requests -= 1;
    return refuse(503, 'SlowDown');
  }
  const url = new URL(request.url ?? '/', 'http://s3');
  const wrong = signatureProblem(request, url, body);
  if (wrong) return refuse(403, wrong);
  const [, bucket, ...names] = url.pathname.split('/');
  if (bucket !== s3Account.bucket) return refuse(404, 'NoSuchBucket');
  const key = names.map(decodeURIComponent).join('/');
  const uploadId = url.searchParams.get('uploadId');
  if (url.searchParams.has('uploads')) return startUpload(state, key);
  if (uploadId !== null) return workOnUpload(state, { request, url, key, uploadId, body });
  return workOnObject(state, request, key, body);
}

function workOnObject({ objects }: State, request: IncomingMessage, key: string, body: Buffer): Reply {
  const object = objects.get(key);
  switch (request.method) {
    case 'PUT':
      objects.set(key, body);
      return { status: 200, headers: { etag: tagOf(body) } };
    case 'DELETE':
      objects.delete(key);
      return { status: 204 };
    case 'GET':
      return object ? sendObject(object, request.headers.range) : refuse(404, 'NoSuchKey');
    default:
      return refuse(405, 'MethodNotAllowed');
  }
}

function sendObject(object: Buffer, range: string | undefined): Reply {
  const asked = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
  if (!asked) return { status: 200, headers: { etag: tagOf(object) }, body: object };
  const from = Number(asked[1]);
  if (from >= object.length) return refuse(416, 'InvalidRange');
  return { status: 206, headers: { etag: tagOf(object) }, body: object.subarray(from, Number(asked[2]) + 1) };
}

function startUpload({ uploads }: State, key: string): Reply {
  const id = `${randomUUID()}+/=`;
  uploads.set(id, new Map());
  return {
    status: 200,
    body: `<InitiateMultipartUploadResult><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
  };
}

function workOnUpload(
  state: State,
  at: { request: IncomingMessage; url: URL; key: string; uploadId: string; body: Buffer },
): Reply {
  const { uploads, objects } = state;
  const parts = uploads.get(at.uploadId);
  if (!parts) return refuse(404, 'NoSuchUpload');
  if (at.request.method === 'DELETE') {
    uploads.delete(at.uploadId);
    return { status: 204 };
  }
  if (at.request.method === 'PUT') {
    parts.set(Number(at.url.searchParams.get('partNumber')), at.body);
    return { status: 200, headers: { etag: tagOf(at.body) } };
  }
  const named = [...at.body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]*)<\/ETag>/g)];
  const chosen = named.map(([, number, tag]) => ({ number: Number(number), tag, bytes: parts.get(Number(number)) }));
  if (chosen.some(({ number }, n) => number !== n + 1)) return refuse(400, 'InvalidPartOrder');
  if (chosen.some(({ bytes, tag }) => !bytes || tagOf(bytes) !== tag)) return refuse(400, 'InvalidPart');
  if (chosen.slice(0, -1).some(({ bytes }) => bytes!.length < smallestPartBytes)) return refuse(400, 'EntityTooSmall');
  objects.set(at.key, Buffer.concat(chosen.map(({ bytes }) => bytes!)));
  uploads.delete(at.uploadId);
  return { status: 200, body: '<CompleteMultipartUploadResult></CompleteMultipartUploadResult>' };
}

const tagOf = (bytes: Buffer) => `"${createHash('md5').update(bytes).digest('hex')}"`;
const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');
const hmac = (key: Buffer | string, text: string) => createHmac('sha256', key).update(text).digest();

/** Code of what is wrong with the signature; undefined when it is right. */
function signatureProblem(request: IncomingMessage, url: URL, body: Buffer): string | undefined {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (!given) return 'AccessDenied';
  const [, accessKey, day, region, signedNames, signature] = given as unknown as string[];
  if (accessKey !== s3Account.accessKey) return 'InvalidAccessKeyId';
  if (region !== s3Account.region) return 'AuthorizationHeaderMalformed';
  const time = String(request.headers['x-amz-date']);
  const instant = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(Date.now() - instant) < patienceMs) || !time.startsWith(day!)) return 'RequestTimeTooSkewed';
  const contentHash = String(request.headers['x-amz-content-sha256']);
  if (contentHash !== sha256(body)) return 'XAmzContentSHA256Mismatch';
  const names = signedNames!.split(';');
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => names.includes(name))) return 'AccessDenied';
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const canonical = [
    request.method,
    url.pathname.split('/').map(decodeURIComponent).map(encoded).join('/'),
    query.join('&'),
    ...names.map((name) => `${name}:${String(request.headers[name]).trim().replace(/ +/g, ' ')}`),
    '',
    signedNames,
    contentHash,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const keyOfDay = ['s3', 'aws4_request'].reduce(
    (key, part) => hmac(key, part),
    hmac(hmac(`AWS4${s3Account.secretKey}`, day!), region!),
  );
  const expected = hmac(keyOfDay, ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n'));
  return timingSafeEqual(expected, Buffer.from(signature!, 'hex')) ? undefined : 'SignatureDoesNotMatch';
}

const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
