import type { FastifyInstance } from 'fastify';
import { cashierRoutes } from './domains/cashier/index.ts';
import { sessionRoutes } from './platform/auth/session.routes.ts';
import { fileRoutes } from './platform/files/file.routes.ts';
import type { Route } from './platform/http/route.ts';
import { buildHttpServer } from './platform/http/server.ts';
import type { Services } from './platform/services.ts';
import { taskRoutes } from './platform/tasks/task.routes.ts';
import type { TaskHandlers } from './platform/tasks/task.ts';

/** The composition root: the only file that names every domain. */
export const routes: readonly Route[] = [...sessionRoutes, ...taskRoutes, ...fileRoutes, ...cashierRoutes];

export const taskHandlers: TaskHandlers = {};

export const version = '0.1.0';

export function buildApp(services: Services, options: { checkReplies?: boolean } = {}): Promise<FastifyInstance> {
  return buildHttpServer(services, { routes, version, ...options });
}
