import { randomUUID } from 'node:crypto';
import {
  type Access,
  householdFail,
  isAppAccess,
  isResidentAccess,
  permissionLabel,
  platformFail,
} from '@anlin/contract';
import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import { createJsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { tokenHash } from '../auth/open-session.ts';
import { sessionPeeks } from '../auth/peek-sessions.ts';
import { readResidentCookie, residentCookie } from '../auth/resident-session.ts';
import { isDiskLow } from '../backup/disk-space.ts';
import { inSession, type SignedIn } from '../boundary.ts';
import type { Context } from '../context.ts';
import type { Stop } from '../database/stop.ts';
import { liveNoticesOf } from '../live/live-notices.ts';
import { inResidentSession, type SignedInResident } from '../resident-boundary.ts';
import type { Services } from '../services.ts';
import { answerApp, signedRequestOf } from './answer-app.ts';
import { giveKept, type Keeping, readAndKeep } from './answer-kept.ts';
import { keptReplies } from './kept-replies.ts';
import { openDocument } from './open-document.ts';
import { problemOf } from './problem.ts';
import type { Http, Route } from './route.ts';
import { protectBrowsers } from './security-headers.ts';
import { isReading, stopWhenGone, wasGivenUp } from './stop-when-gone.ts';

export const sessionCookie = 'anlin_session';
/** What a person must still be able to do before the initial password is changed. */
const allowedBeforePasswordChange = new Set(['session.current', 'session.changePassword', 'session.signOut']);
/** Doors that open with a secret: how often one address may try in a minute. */
const perMinute: Readonly<Record<string, number>> = {
  'session.signIn': 30,
  'session.requestCode': 30,
  'session.signInByCode': 30,
  'session.startWecom': 30,
  'session.signInByWecom': 30,
  'household.requestCode': 30,
  'household.signIn': 30,
  'household.takeUpInvitation': 20,
  'household.startWechat': 120,
  'household.takeWechatCode': 120,
  'household.takeMiniProgramCode': 120,
  'household.startWechatSignIn': 120,
  'household.signInByWechat': 120,
  'payLink.startWechat': 120,
  'payLink.takeWechatCode': 120,
  'payLink.takeMiniProgramCode': 120,
  'collect.startWechat': 120,
  'collect.takeWechatCode': 120,
  'collect.takeMiniProgramCode': 120,
  'payLink.open': 60,
  'payLink.pay': 20,
  'setup.checkCode': 10,
  'setup.open': 10,
  'wall.open': 60,
  'statement.open': 30,
  'payment.callback': 600,
  'officialAccount.verify': 30,
  'officialAccount.receive': 600,
};
/** What a channel says of one payment is short. */
const maxRawBytes = 64 * 1024;
const maxUploadBytes = 100 * 1024 * 1024;

z.config(z.locales.zhCN());

export interface HttpOptions {
  routes: readonly Route[];
  /** Checks replies against the contract: in tests, so that production does not pay for it. */
  checkReplies?: boolean;
  version: string;
}

/** The whole HTTP side from a list of routes; listens to nothing yet. */
export async function buildHttpServer(services: Services, options: HttpOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: services.logger,
    // Our own line per request below: no query string, because searches carry names and phone tails.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: 1024 * 1024,
    trustProxy: 'loopback',
    routerOptions: { maxParamLength: 200 },
    // Addresses the router itself refuses never reach the error handler.
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply as FastifyReply),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(options.checkReplies ? serializerCompiler : () => JSON.stringify);
  answerProblems(app, services);
  await app.register(cookie);
  app.addHook('onRequest', protectBrowsers);
  await app.register(rateLimit, { global: false });
  await app.register(multipart, { limits: { fileSize: maxUploadBytes, files: 1, fields: 5, parts: 6 } });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '安邻 Anlin',
        version: options.version,
        description: '物业管理系统接口。金额为元、两位小数的字符串；日期为 2026-03-01；时刻为 ISO 8601。',
      },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
          resident: { type: 'apiKey', in: 'cookie', name: residentCookie },
          app: { type: 'apiKey', in: 'header', name: 'X-Anlin-Key' },
        },
      },
      security: [{ session: [] }],
    },
    transform: createJsonSchemaTransform({ skipList: [] }),
  });
  app.addHook('onRequest', refuseOtherSites);
  // Streams that wait for something to happen would keep the server from closing.
  app.addHook('preClose', async () => liveNoticesOf(services).close());
  app.addHook('onResponse', async (request, reply) => {
    services.logger.info({
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? '-',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    });
  });
  app.get('/healthz', { schema: { hide: true } }, async () => {
    await services.pool.query('select 1');
    const { home, measureDisk } = services.installation;
    return { ok: true, version: options.version, disk: isDiskLow(await measureDisk(home)) ? 'low' : 'ok' };
  });
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  const keeping: Keeping = {
    replies: keptReplies(),
    peek: sessionPeeks(services),
    touch: (session) => touchWhenDue(services, session),
  };
  app.get('/api/open/openapi.json', { schema: { hide: true } }, async () => openDocument(app.swagger()));
  await app.register(async (scope) => readRaw(scope, services, options.routes, keeping));
  for (const route of options.routes) if (route.endpoint.transport !== 'raw') mount(app, services, route, keeping);
  return app;
}

function answerProblems(app: FastifyInstance, services: Services): void {
  app.setErrorHandler((error, request, reply) => {
    const status = sendProblem(error, request, reply);
    if (status >= 500 && !wasGivenUp(request, reply))
      services.logger.error({ err: error, requestId: request.id }, 'request failed');
  });
  app.setNotFoundHandler((request, reply) => void sendProblem({ code: 'FST_ERR_NOT_FOUND' }, request, reply));
}

/** Answers with the problem of whatever was thrown; returns its status. */
function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): number {
  const body = problemOf(error, request.id, request.url.split('?')[0] ?? '');
  void reply.status(body.status).type('application/problem+json').serializer(JSON.stringify).send(body);
  return body.status;
}

/**
 * Closes cross-site requests: the cookie is SameSite=Lax, and a changing request that a browser sends from another
 * origin says so in `Origin` or `Sec-Fetch-Site`.
 */
async function refuseOtherSites(request: FastifyRequest): Promise<void> {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw platformFail('request.crossSite');
  const { origin } = request.headers;
  if (origin !== undefined && URL.parse(origin)?.host !== request.headers.host) throw platformFail('request.crossSite');
}

function authorize(route: Route): (session: SignedIn) => void {
  const { access, id } = route.endpoint;
  return (session) => {
    if (session.mustChangePassword && !allowedBeforePasswordChange.has(id))
      throw platformFail('session.passwordChangeRequired');
    if (access === 'signedIn' || access === 'public' || isResidentAccess(access) || isAppAccess(access)) return;
    if (!session.permissions.has(access)) {
      throw platformFail('permission.denied', { permission: permissionLabel(access) });
    }
  };
}

function schemaOf(route: Route) {
  const { endpoint } = route;
  return {
    operationId: endpoint.id,
    summary: endpoint.summary,
    tags: [endpoint.tag],
    ...securityOf(endpoint.access),
    ...(endpoint.params ? { params: endpoint.params } : {}),
    ...(endpoint.query ? { querystring: endpoint.query } : {}),
    ...(endpoint.body ? { body: endpoint.body } : {}),
    ...(endpoint.transport === 'json' ? { response: { 200: endpoint.reply } } : {}),
  };
}

function securityOf(access: Access): { security?: Record<string, string[]>[] } {
  if (access === 'public') return { security: [] };
  if (isAppAccess(access)) return { security: [{ app: [] }] };
  return isResidentAccess(access) ? { security: [{ resident: [] }] } : {};
}

/** Whose door a route opens; it must be the one its endpoint names. */
function doorOf(access: Access): 'public' | 'resident' | 'app' | 'staff' {
  if (access === 'public') return 'public';
  if (isAppAccess(access)) return 'app';
  return isResidentAccess(access) ? 'resident' : 'staff';
}
const doorOfKind = {
  public: 'public',
  app: 'app',
  resident: 'resident',
  residentSession: 'resident',
  transaction: 'staff',
  session: 'staff',
} as const satisfies Record<Route['kind'], ReturnType<typeof doorOf>>;

/** Routes whose body is given as it came, whatever it calls itself: signatures are over its bytes. */
async function readRaw(
  scope: FastifyInstance,
  services: Services,
  routes: readonly Route[],
  keeping: Keeping,
): Promise<void> {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxRawBytes }, (_, body, done) => done(null, body));
  for (const route of routes) if (route.endpoint.transport === 'raw') mount(scope, services, route, keeping);
}

function mount(app: FastifyInstance, services: Services, route: Route, keeping: Keeping): void {
  const { endpoint } = route;
  if (doorOfKind[route.kind] !== doorOf(endpoint.access)) {
    throw new Error(`${endpoint.id}: a ${endpoint.access} endpoint does not go with a ${route.kind} route`);
  }
  // Replies are kept by who asks and for what address.
  if (isKept(route) && endpoint.method !== 'GET') throw new Error(`${endpoint.id}: only what is read by GET is kept`);
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: schemaOf(route),
    ...(endpoint.id in perMinute
      ? { config: { rateLimit: { max: perMinute[endpoint.id], timeWindow: '1 minute' } } }
      : {}),
    ...(route.kind === 'app' ? signedRequestOf(services) : {}),
    ...(isKept(route) ? { onRequest: giveKept(services, keeping, tokenOf) } : {}),
    handler: async (request, reply) => {
      const http: Http = { request, reply, services, ip: request.ip };
      const input = { params: request.params, query: request.query, body: request.body } as never;
      if (route.kind === 'public') return route.handle(services, input, http);
      if (route.kind === 'app') return answerApp(services, route, input, http);
      if (route.kind === 'resident' || route.kind === 'residentSession')
        return answerResident(services, route, input, http);
      const token = tokenOf(request);
      const origin = { ip: request.ip, requestId: request.id };
      const open = <T>(work: Parameters<typeof inSession<T>>[3], stop?: Stop) =>
        inSession(services, { tokenHash: tokenHash(token), origin, stop }, authorize(route), work);
      if (isKept(route))
        return readAndKeep(services, keeping, request, reply, authorize(route), (ctx, session) =>
          route.handle(ctx, input, http, session),
        );
      if (route.kind === 'transaction') {
        const answer = async (ctx: Context, session: SignedIn) => {
          const result = await route.handle(ctx, input, http, session);
          touchWhenDue(services, session);
          return result;
        };
        return open(answer, isReading(request) ? stopWhenGone(reply, services) : undefined);
      }
      return route.handle({ run: (work) => open(work) }, input, http);
    },
  });
}

const isKept = (route: Route): route is Extract<Route, { kind: 'transaction' }> & { isKept: true } =>
  route.kind === 'transaction' && route.isKept === true;

function tokenOf(request: FastifyRequest): string {
  const token = request.cookies[sessionCookie];
  if (!token) throw platformFail('session.required');
  return token;
}

/** A request of a resident: their cookie opens nothing of the back office, nor the other way round. */
async function answerResident(
  services: Services,
  route: Extract<Route, { kind: 'resident' | 'residentSession' }>,
  input: never,
  http: Http,
): Promise<unknown> {
  const { access } = route.endpoint;
  const token = readResidentCookie(http.request.cookies[residentCookie]);
  if (!token || !isResidentAccess(access)) throw platformFail('session.required');
  const origin = { ip: http.ip, requestId: http.request.id };
  const open = <T>(work: (ctx: Context, resident: SignedInResident) => Promise<T>) =>
    inResidentSession(services, token, access, origin, async (ctx, resident) => {
      // Whoever lives nowhere yet has houses to choose and nothing to see.
      if (access !== 'verifiedPhone' && resident.residentId === null) throw householdFail('household.notRegistered');
      return work(ctx, resident);
    });
  if (route.kind === 'residentSession') return route.handle({ run: open }, input, http);
  return open((ctx, resident) => route.handle(ctx, input, http, resident));
}

/** Remembers when a session was last used, to the minute, outside the request's transaction. */
function touchWhenDue(services: Services, { sessionId, lastSeenAt }: Pick<SignedIn, 'sessionId' | 'lastSeenAt'>): void {
  if (services.clock.now().epochMilliseconds - Date.parse(lastSeenAt) <= 60_000) return;
  services.pool
    .query('update session set last_seen_at = $2 where id = $1', [sessionId, services.clock.now().toString()])
    .catch((error: Error) => services.logger.warn({ err: error }, 'session not touched'));
}
