import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeAbandonedHome } from '../src/platform/database/embedded/index.ts';

const entry = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));
const limitMs = 240_000;

let folder: string;
const running: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anlin-start-'));
});
afterAll(async () => {
  for (const child of running) await stop(child);
  for (const home of await readdir(folder)) await removeAbandonedHome(join(folder, home));
  await rm(folder, { recursive: true, force: true });
});

interface Started {
  child: ChildProcess;
  url: string;
  /** Everything printed up to the address and the sign-ins under it. */
  printed: string;
}

function run(path: string, environment: Record<string, string>, args: readonly string[] = []): ChildProcess {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [entry(path), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...inherited, HOST: '127.0.0.1', PORT: '0', ANLIN_LOG: 'warn', ...environment },
  });
  running.push(child);
  return child;
}

async function start(environment: Record<string, string>): Promise<Started> {
  const startedMs = performance.now();
  const child = run('main.ts', environment);
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /安邻已启动：(http:\/\/\S+)/.exec(printed)?.[1];
      // The address and the sign-ins are printed in one go.
      if (found && printed.endsWith('\n')) resolve(found.replace('localhost', '127.0.0.1'));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${printed}`)));
  });
  console.log(`started in ${Math.round(performance.now() - startedMs)} ms`);
  return { child, url, printed };
}

function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill('SIGTERM');
  });
}

async function signIn(url: string, phone: string, password: string) {
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone, password }),
  });
  return { status: response.status, body: await response.json() };
}

/** What the demo's channel answers to the test of its settings, once it is there. */
async function testedDemoChannel(url: string, { phone, password }: { phone: string; password: string }) {
  const session = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone, password }),
  });
  const headers = { cookie: session.headers.get('set-cookie')?.split(';')[0] ?? '' };
  for (let look = 0; look < 600; look += 1) {
    const listed = (await (await fetch(`${url}/api/payment-channels`, { headers })).json()) as {
      rows: { id: string; isOn: boolean }[];
    };
    // The demo's own is off until the emulator has given it keys.
    const channel = listed.rows.find((one) => one.isOn);
    if (channel)
      return (await fetch(`${url}/api/payment-channels/${channel.id}/test`, { method: 'POST', headers })).json();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the demo has no channel');
}

/** Phones and passwords of the table that is printed at start. */
function printedSignIns(printed: string): { phone: string; password: string }[] {
  return [...printed.matchAll(/(1990000\d{4}) {2}(\S+)/g)].map(([, phone, password]) => ({
    phone: phone!,
    password: password!,
  }));
}

describe('npm start in an empty folder', () => {
  it(
    'loads the demo and prints sign-ins that work; the second start prints the same, and the demo can be reset',
    async () => {
      const environment = { ANLIN_HOME: join(folder, 'demo') };
      const first = await start(environment);
      const people = printedSignIns(first.printed);
      expect(people).toHaveLength(8);
      for (const { phone, password } of people) {
        expect((await signIn(first.url, phone, password)).status).toBe(200);
      }
      // The channels of the demo are emulated, and the demo company has an account there.
      expect(await testedDemoChannel(first.url, people[0]!)).toEqual({ isGood: true, answer: expect.any(String) });
      expect(await stop(first.child)).toBe(0);

      const second = await start(environment);
      expect(second.printed).not.toContain('载入');
      expect(printedSignIns(second.printed)).toEqual(people);

      const refused = await finish(run('cli/demo-reset.ts', environment));
      expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('请先停止正在运行的服务') });
      expect(await stop(second.child)).toBe(0);
      const reset = await finish(run('cli/demo-reset.ts', environment));
      expect(reset).toMatchObject({ code: 0, text: expect.stringContaining('演示数据已重置') });
    },
    limitMs,
  );

  it(
    'without the demo prints a code with which the first company is opened; further companies come by a command',
    async () => {
      const environment = { ANLIN_HOME: join(folder, 'use'), ANLIN_DEMO: '0' };
      const first = await start(environment);
      const code = /初始化码 {2}(\S+)/.exec(first.printed)?.[1] ?? '';
      const opened = await fetch(`${first.url}/api/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          code,
          company: { name: '春晖物业' },
          community: { name: '翠湖花园', code: 'CH' },
          administrator: { name: '陈春晖', phone: '13900000000', password: 'cuihu2026x' },
        }),
      });
      expect(await opened.json()).toMatchObject({ company: { name: '春晖物业' }, mustChangePassword: false });

      const order = ['--name', '和邻物业', '--admin-name', '沈建华', '--admin-phone', '13900000009'];
      const further = await finish(run('cli/open-company.ts', environment, order));
      expect(further).toMatchObject({ code: 0, text: expect.stringContaining('已创建“和邻物业”') });
      const password = /初始密码 {2}([a-z\d-]+)/.exec(further.text)?.[1] ?? '';
      const { status, body } = await signIn(first.url, '13900000009', password);
      expect(status).toBe(200);
      expect(body).toMatchObject({ company: { name: '和邻物业' }, mustChangePassword: true });
      expect(await finish(run('cli/open-company.ts', environment, ['--name', 'x']))).toMatchObject({ code: 2 });
      expect(await stop(first.child)).toBe(0);

      const second = await start(environment);
      expect(second.printed).not.toContain('初始化码');
      expect(await stop(second.child)).toBe(0);
      const refused = await finish(run('cli/demo-reset.ts', environment));
      expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('什么都没有改动') });
    },
    limitMs,
  );
});

async function finish(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, text };
}
