import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint, EndpointArguments, EndpointReply, Problem, SessionView } from '@anlin/contract';
import type { FastifyInstance } from 'fastify';
import type { Runner } from 'graphile-worker';
import { buildApp, sweeps, taskHandlers } from '../src/app.ts';
import { asSystem } from '../src/platform/boundary.ts';
import { fixedClock } from '../src/platform/clock.ts';
import type { BuiltInGroup } from '../src/platform/company/built-in-groups.ts';
import { createCompany, createStaff } from '../src/platform/company/create-company.ts';
import type { Context } from '../src/platform/context.ts';
import { nowText } from '../src/platform/context.ts';
import { sql } from '../src/platform/database/sql.ts';
import { inTransaction } from '../src/platform/database/transaction.ts';
import { placeOf } from '../src/platform/files/file-store.ts';
import type { S3Settings } from '../src/platform/files/s3-settings.ts';
import { startWorker } from '../src/platform/jobs/worker.ts';
import { openServices, type RunningServices } from '../src/platform/start-services.ts';
import { createTestDatabase } from './database.ts';

/** A person signed in to the test application. */
export interface TestPerson {
  staffId: string;
  cookie: string;
  /** Calls an endpoint; throws `Refused` with the problem when it is refused. */
  call<E extends Endpoint>(endpoint: E, ...input: CallInput<E>): Promise<EndpointReply<E>>;
}

/** What an endpoint declares; a part of which nothing is required may be left out. */
type GivenInput<E extends Endpoint> = {
  [K in keyof EndpointArguments<E> as Record<never, never> extends EndpointArguments<E>[K]
    ? never
    : EndpointArguments<E>[K] extends undefined
      ? never
      : K]: EndpointArguments<E>[K];
} & {
  [K in keyof EndpointArguments<E> as EndpointArguments<E>[K] extends undefined
    ? never
    : Record<never, never> extends EndpointArguments<E>[K]
      ? K
      : never]?: EndpointArguments<E>[K];
};
type CallInput<E extends Endpoint> = Record<never, never> extends GivenInput<E> ? [GivenInput<E>?] : [GivenInput<E>];

export class Refused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

export interface TestCompany {
  id: string;
  communityId: string;
  otherCommunityId: string;
  /** Runs as the system inside the company. */
  run<T>(work: (ctx: Context) => Promise<T>): Promise<T>;
  /** Adds and signs in a person; scope is every community unless given. */
  person(group: BuiltInGroup, communityIds?: '*' | readonly string[]): Promise<TestPerson>;
}

export interface TestApp {
  app: FastifyInstance;
  services: RunningServices;
  clock: ReturnType<typeof fixedClock>;
  company(name?: string): Promise<TestCompany>;
  /** Background work, only when a test asks for it. */
  startWorker(): Promise<Runner>;
  /** Where the disk has a file's bytes. */
  storedPath(companyId: string, fileId: string): string;
  stop(): Promise<void>;
}

const password = 'anlin2026';
let phones = 0;

/** The whole server on a database of its own, or on an embedded one that runs, talked to without a socket. The clock stands at 2026-03-10 10:00 in Shanghai. */
export async function startTestApp(
  options: { gateway?: string; s3?: S3Settings; on?: { url: string; dataDirectory: string; home: string } } = {},
): Promise<TestApp> {
  const { on } = options;
  const database = on ? { url: on.url, drop: async () => {} } : await createTestDatabase();
  const home = on?.home ?? (await mkdtemp(join(tmpdir(), 'anlin-test-')));
  const clock = fixedClock('2026-03-10T02:00:00Z');
  const services = await openServices({
    databaseUrl: database.url,
    home,
    logLevel: 'silent',
    clock,
    maxConnections: 10,
    gateway: options.gateway,
    s3: options.s3,
    dataDirectory: on?.dataDirectory,
  });
  const app = await buildApp(services, { checkReplies: true });
  await app.ready();
  const workers: Runner[] = [];
  return {
    app,
    services,
    clock,
    company: (name = '安居物业') => makeCompany(app, services, name),
    async startWorker() {
      const runner = await startWorker(services, taskHandlers, sweeps);
      workers.push(runner);
      return runner;
    },
    storedPath: (companyId, fileId) => join(home, 'files', placeOf(companyId, fileId)),
    async stop() {
      for (const worker of workers) await worker.stop();
      await app.close();
      await services.stop();
      await database.drop();
      if (!on) await rm(home, { recursive: true, force: true });
    },
  };
}

async function makeCompany(app: FastifyInstance, services: RunningServices, name: string): Promise<TestCompany> {
  const id = await inTransaction(services.pool, (tx) =>
    createCompany({ tx, newId: services.newId, clock: services.clock }, { name }),
  );
  const run: TestCompany['run'] = (work) => asSystem(services, id, work);
  const communityId = await run((ctx) => addCommunity(ctx, '翠湖花园', 'CH'));
  const otherCommunityId = await run((ctx) => addCommunity(ctx, '云栖里', 'YQ'));
  return {
    id,
    communityId,
    otherCommunityId,
    run,
    async person(group, communityIds = '*') {
      phones += 1;
      const phone = `139${String(phones).padStart(8, '0')}`;
      const staffId = await run((ctx) =>
        createStaff(ctx, {
          name: `${group}${phones}`,
          phone,
          password,
          position: group,
          groups: [group],
          communityIds,
        }),
      );
      return { ...(await signInAs(app, phone, password)), staffId };
    },
  };
}

let machines = 0;

/** Signs in as a browser does, from a machine of its own: one address may not sign in all the time. */
export async function signInAs(
  app: FastifyInstance,
  phone: string,
  password: string,
  more: { joinCode?: string } = {},
): Promise<TestPerson> {
  machines += 1;
  const remoteAddress = `10.0.${machines >> 8}.${machines & 255}`;
  const response = await app.inject({
    method: 'POST',
    url: '/api/session',
    payload: { phone, password, ...more },
    remoteAddress,
  });
  if (response.statusCode !== 200) throw new Refused(response.json());
  const cookie = String(response.headers['set-cookie']).split(';')[0] ?? '';
  return { staffId: response.json<SessionView>().staff.id, cookie, call: caller(app, cookie) };
}

async function addCommunity(ctx: Context, name: string, code: string): Promise<string> {
  const id = ctx.newId();
  await ctx.tx.run(sql`insert into community (company_id, id, name, code, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${name}, ${code}, ${nowText(ctx)}, ${nowText(ctx)})`);
  return id;
}

export function caller(app: FastifyInstance, cookie: string): TestPerson['call'] {
  return async (endpoint, ...rest) => {
    const input = (rest[0] ?? {}) as {
      params?: Record<string, string>;
      query?: Record<string, unknown>;
      body?: object;
    };
    const url = endpoint.path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(input.params?.[key])));
    const query = Object.entries(input.query ?? {}).filter(([, value]) => value !== undefined);
    const response = await app.inject({
      method: endpoint.method,
      url,
      query: Object.fromEntries(query.map(([key, value]) => [key, String(value)])),
      headers: { cookie },
      ...(input.body === undefined ? {} : { payload: input.body }),
    });
    if (response.statusCode !== 200) throw new Refused(response.json());
    return response.json();
  };
}

/** The problem an action is refused with; fails when it is not refused. */
export async function refusal(action: Promise<unknown>): Promise<Problem> {
  try {
    await action;
  } catch (error) {
    if (error instanceof Refused) return error.problem;
    throw error;
  }
  throw new Error('expected a refusal');
}
