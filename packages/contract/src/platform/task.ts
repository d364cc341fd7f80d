import { z } from 'zod';
import { defineEndpoint } from '../endpoint.ts';
import { id, idParams, instant, ok } from '../wire.ts';

/** Long work in the background: imports, exports, raising bills. `done` and `total` count its own units. */
export const taskState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
export type TaskState = z.infer<typeof taskState>;

export const taskView = z.object({
  id,
  kind: z.string(),
  title: z.string(),
  state: taskState,
  done: z.number(),
  total: z.number().nullable(),
  /** Result of the kind's own shape: counts, a sum, a file id. */
  result: z.record(z.string(), z.unknown()).nullable(),
  /** Chinese reason when it failed. */
  error: z.string().nullable(),
  createdAt: instant,
  finishedAt: instant.nullable(),
});
export type TaskView = z.infer<typeof taskView>;

export const listTasks = defineEndpoint({
  id: 'task.list',
  method: 'GET',
  path: '/api/tasks',
  access: 'signedIn',
  summary: '我最近的后台任务（下载中心）',
  tag: '任务',
  reply: z.object({ rows: z.array(taskView) }),
});

export const getTask = defineEndpoint({
  id: 'task.get',
  method: 'GET',
  path: '/api/tasks/:id',
  access: 'signedIn',
  summary: '一个后台任务的进度',
  tag: '任务',
  params: idParams,
  reply: taskView,
});

export const cancelTask = defineEndpoint({
  id: 'task.cancel',
  method: 'POST',
  path: '/api/tasks/:id/cancel',
  access: 'signedIn',
  summary: '停止一个后台任务',
  tag: '任务',
  params: idParams,
  reply: ok,
});
