import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { currentSession, getTask, houseResource, resourceEndpoints, signIn } from '@anlin/contract';
import { afterEach, expect, test } from 'vitest';
import { createClient } from './client.ts';
import { ProblemError } from './problem-error.ts';

type Answer = (request: IncomingMessage, body: string, response: ServerResponse) => void;

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

async function serve(answer: Answer): Promise<string> {
  const started = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => answer(request, body, response));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

test('a call sends params, query and JSON body where the endpoint declares them', async () => {
  const seen: string[] = [];
  const baseUrl = await serve((request, body, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? '-'} ${body}`);
    json(response, 200, { ok: true });
  });
  const { call } = createClient({ baseUrl });
  const houses = resourceEndpoints(houseResource);
  const id = '0199a3c0-0000-7000-8000-000000000001';
  await call(currentSession);
  await call(signIn, { body: { phone: '13800000000', password: 'a b' } });
  await call(houses.list, { query: { page: 2, q: '1 栋', sort: undefined, filter: '{"usage":["shop"]}' } });
  await call(houses.update, { params: { id }, body: { version: 3, number: '101' } });
  expect(seen).toEqual([
    'GET /api/session - ',
    'POST /api/session application/json {"phone":"13800000000","password":"a b"}',
    'GET /api/houses?page=2&q=1+%E6%A0%8B&filter=%7B%22usage%22%3A%5B%22shop%22%5D%7D - ',
    `PATCH /api/houses/${id} application/json {"version":3,"number":"101"}`,
  ]);
});

test('a refusal becomes an error with code, Chinese sentence, params and wrong fields', async () => {
  const told: string[] = [];
  const baseUrl = await serve((_, __, response) =>
    json(response, 422, {
      type: 'about:blank',
      title: 'request.invalid',
      status: 422,
      code: 'request.invalid',
      detail: '提交的内容有 1 处不对：请填写房号。请改正后再试',
      params: { count: 1 },
      fields: [{ path: 'number', message: '请填写房号' }],
      requestId: 'r-1',
    }),
  );
  const { call } = createClient({
    baseUrl,
    onProblem: (problem, endpoint) => told.push(`${endpoint.id} ${problem.code}`),
  });
  const error = await call(currentSession).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({
    code: 'request.invalid',
    status: 422,
    message: '提交的内容有 1 处不对：请填写房号。请改正后再试',
    params: { count: 1 },
    fields: [{ path: 'number', message: '请填写房号' }],
    requestId: 'r-1',
  });
  expect(told).toEqual(['session.current request.invalid']);
});

test('a dead network says so in Chinese', async () => {
  const baseUrl = await serve((_, __, response) => response.destroy());
  await expect(createClient({ baseUrl }).call(currentSession)).rejects.toMatchObject({
    code: 'network.unreachable',
    status: 0,
    message: '连不上服务器，请检查网络后再试',
  });
});

test("a proxy's error page is not shown to the person as if it were ours", async () => {
  const baseUrl = await serve((_, __, response) => {
    response.writeHead(502, { 'content-type': 'text/html' });
    response.end('<h1>Bad gateway</h1>');
  });
  await expect(createClient({ baseUrl }).call(currentSession)).rejects.toMatchObject({
    code: 'network.unreadable',
    status: 502,
  });
});

test('a stopped call throws the reason of the stop and reports no problem', async () => {
  const told: string[] = [];
  const baseUrl = await serve(() => {});
  const { call } = createClient({ baseUrl, onProblem: ({ code }) => told.push(code) });
  const stopper = new AbortController();
  const pending = call(currentSession, { signal: stopper.signal });
  stopper.abort();
  await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
  expect(told).toEqual([]);
});

test('a file is uploaded as multipart field "file" under its own name', async () => {
  let seen = '';
  const id = '0199a3c0-0000-7000-8000-000000000002';
  const baseUrl = await serve((request, body, response) => {
    seen = `${request.headers['content-type']}\n${body}`;
    json(response, 200, { id, name: '房屋.csv', size: 6, mediaType: 'text/csv' });
  });
  const shares: number[] = [];
  const file = new File(['房号'], '房屋.csv', { type: 'text/csv' });
  const view = await createClient({ baseUrl }).uploadFile(file, (share) => shares.push(share));
  expect(view).toEqual({ id, name: '房屋.csv', size: 6, mediaType: 'text/csv' });
  expect(seen).toContain('multipart/form-data');
  expect(seen).toContain('name="file"; filename="房屋.csv"');
  expect(seen).toContain('房号');
  expect(shares.at(-1)).toBe(1);
});

test('a path without its param is a programming error, not a request', async () => {
  const { call } = createClient({ baseUrl: 'http://127.0.0.1:9' });
  expect(() => call(getTask, { params: { id: '' } })).toThrow('needs the param id');
});
