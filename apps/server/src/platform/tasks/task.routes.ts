import * as contract from '@anlin/contract';
import { platformFail, type TaskState, type TaskView } from '@anlin/contract';
import { nowText } from '../context.ts';
import { sql } from '../database/sql.ts';
import { type Route, route } from '../http/route.ts';

interface TaskRow {
  id: string;
  kind: string;
  title: string;
  state: TaskState;
  done: number;
  total: number | null;
  result: Record<string, unknown> | null;
  error: string | null;
  created_at: string;
  finished_at: string | null;
}

const columns = sql`id, kind, title, state, done, total, result, error, created_at, finished_at`;

function viewTask(row: TaskRow): TaskView {
  const { created_at, finished_at, ...rest } = row;
  return { ...rest, createdAt: created_at, finishedAt: finished_at };
}

/** A person sees the tasks they started. */
export const taskRoutes: Route[] = [
  route(contract.listTasks, async (ctx) => {
    const rows = await ctx.tx.rows<TaskRow>(sql`select ${columns} from task
      where company_id = ${ctx.companyId} and created_by = ${ctx.actor.id} order by created_at desc limit 50`);
    return { rows: rows.map(viewTask) };
  }),
  route(contract.getTask, async (ctx, { params }) => {
    const row = await ctx.tx.first<TaskRow>(sql`select ${columns} from task
      where company_id = ${ctx.companyId} and created_by = ${ctx.actor.id} and id = ${params.id}`);
    if (!row) throw platformFail('task.notFound');
    return viewTask(row);
  }),
  route(contract.cancelTask, async (ctx, { params }) => {
    const row = await ctx.tx.first<{ state: TaskState }>(sql`select state from task
      where company_id = ${ctx.companyId} and created_by = ${ctx.actor.id} and id = ${params.id} for update`);
    if (!row) throw platformFail('task.notFound');
    if (row.state !== 'queued' && row.state !== 'running') throw platformFail('task.notCancellable');
    await ctx.tx.run(
      sql`update task set state = 'cancelled', finished_at = ${nowText(ctx)} where company_id = ${ctx.companyId} and id = ${params.id}`,
    );
    return contract.okReply;
  }),
];
