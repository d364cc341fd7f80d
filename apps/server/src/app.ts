import type { FastifyInstance } from 'fastify';
import { addDefaultPaymentMethods, cashierRoutes } from './domains/cashier/index.ts';
import {
  addDefaultChargeItems,
  chargingBindings,
  chargingRoutes,
  raiseBillsTask,
  raiseDueBills,
} from './domains/charging/index.ts';
import { estateBindings, estateRoutes } from './domains/estate/index.ts';
import { financeRoutes, financeTasks } from './domains/finance/index.ts';
import { checkImport, importRoutes, runImport, undoImport } from './domains/imports/index.ts';
import { auditRoutes } from './platform/audit/audit.routes.ts';
import { sessionRoutes } from './platform/auth/session.routes.ts';
import { consoleRoutes } from './platform/console/console.routes.ts';
import type { ToDoSource } from './platform/console/to-do.ts';
import type { Context } from './platform/context.ts';
import { fileRoutes } from './platform/files/file.routes.ts';
import type { Route } from './platform/http/route.ts';
import { buildHttpServer } from './platform/http/server.ts';
import type { Sweep } from './platform/jobs/worker.ts';
import { messageRoutes } from './platform/outbox/message.routes.ts';
import type { Services } from './platform/services.ts';
import { taskRoutes } from './platform/tasks/task.routes.ts';
import type { TaskHandlers } from './platform/tasks/task.ts';
import { exportResource, type ResourceBinding } from './resource/index.ts';

/** What waits for people, in the order of the console; each domain adds its own. */
const toDoSources: readonly ToDoSource[] = [];

/** The composition root: the only file that names every domain. */
export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...taskRoutes,
  ...fileRoutes,
  ...messageRoutes,
  ...auditRoutes,
  ...consoleRoutes(toDoSources),
  ...estateRoutes,
  ...financeRoutes,
  ...chargingRoutes,
  ...cashierRoutes,
  ...importRoutes,
];

/** Resources whose lists can be exported; each domain adds its own. */
const resources: readonly ResourceBinding[] = [...estateBindings, ...chargingBindings];

export const taskHandlers: TaskHandlers = {
  exportResource: exportResource(resources),
  checkImport,
  runImport,
  undoImport,
  ...financeTasks,
  raiseBills: raiseBillsTask,
};

/** What is done by itself when it falls due. */
export const sweeps: readonly Sweep[] = [raiseDueBills];

/** What a new company starts with, so that it can set prices, raise bills and take money; it may change all of it. */
export async function fillNewCompany(ctx: Context): Promise<void> {
  await addDefaultChargeItems(ctx);
  await addDefaultPaymentMethods(ctx);
}

export const version = '0.1.0';

export function buildApp(services: Services, options: { checkReplies?: boolean } = {}): Promise<FastifyInstance> {
  return buildHttpServer(services, { routes, version, ...options });
}
