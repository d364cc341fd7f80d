import { createHash } from 'node:crypto';
import { organisationFail, type WecomSyncPreview } from '@anlin/contract';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { readChannel } from '../../platform/messages/read-channel.ts';
import { startTask } from '../../platform/tasks/start-task.ts';
import type { TaskHandler } from '../../platform/tasks/task.ts';
import {
  type DepartmentPlan,
  type LinkedDepartment,
  type PlannedDepartment,
  pathOf,
  planDepartments,
} from './plan-wecom-departments.ts';
import { type LinkedStaff, type PlannedChange, planStaff, type StaffPlan } from './plan-wecom-staff.ts';
import { readWecomDirectory, type WecomDirectory } from './read-wecom-directory.ts';

declare module '../../platform/tasks/task.ts' {
  interface TaskInputs {
    compareWecom: Record<string, never>;
  }
}

const answerMs = 10_000;

/** Starts reading WeCom's directory (PLT-4). Error: wecom.notSet (409). */
export async function startWecomComparison(ctx: Context): Promise<string> {
  await openWecom(ctx);
  const title = '比对企业微信通讯录';
  return startTask(ctx, 'compareWecom', { title, communityId: null, input: {}, permission: 'staff.import' });
}

async function openWecom(ctx: Context) {
  const setup = await readChannel(ctx, 'wecom');
  if (!setup?.isOn || !setup.settings.corpId || !setup.secrets.secret) throw organisationFail('wecom.notSet');
  return setup;
}

/**
 * Reads the directory, no transaction being open meanwhile, and keeps it with the task as a note nobody else sees. What
 * it means is worked out each time it is looked at, beside the staff of that moment.
 */
export const compareWecomTask: TaskHandler<Record<string, never>> = async (run) => {
  const { setup, now } = await run.transaction(async (ctx) => ({ setup: await openWecom(ctx), now: ctx.clock.now() }));
  const outside = { gateway: run.gateway, now, timeoutMs: answerMs };
  const directory = await readWecomDirectory(setup, outside, (done, total) => run.report(done, total));
  await run.transaction((ctx) => run.save(ctx, directory));
  return { staff: directory.users.length, departments: directory.departments.length };
};

/** The directory a comparison of the actor's read. Error: wecom.noComparison (404). */
export async function readComparison(ctx: Context, taskId: string): Promise<WecomDirectory> {
  const row = await ctx.tx.first<{ progress: WecomDirectory | null }>(sql`select progress from task
    where company_id = ${ctx.companyId} and id = ${taskId} and created_by = ${ctx.actor.id} and kind = 'compareWecom' and state = 'done'`);
  if (!row?.progress) throw organisationFail('wecom.noComparison');
  return row.progress;
}

export interface WecomPlan {
  departments: DepartmentPlan;
  staff: StaffPlan;
  ours: readonly LinkedDepartment[];
  /** The same while nothing that matters has changed. */
  fingerprint: string;
}

/** What taking over this directory would do right now. */
export async function planWecomSync(ctx: Context, directory: WecomDirectory): Promise<WecomPlan> {
  const ours =
    await ctx.tx.rows<LinkedDepartment>(sql`select id, parent_id, name, manager_id, sort_order, wecom_department_id
    from department where company_id = ${ctx.companyId} order by sort_order, name, id`);
  const people =
    await ctx.tx.rows<LinkedStaff>(sql`select s.id, s.name, s.phone, s.wecom_user_id, s.disabled_at is not null as is_disabled,
      array(select l.department_id from staff_department l where l.company_id = s.company_id and l.staff_id = s.id order by 1)::text[] as department_ids
    from staff s where s.company_id = ${ctx.companyId} order by s.id`);
  const departments = planDepartments(directory.departments, ours);
  const staff = planStaff(directory.users, people, departments.departments, ctx.actor.id);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([departments, staff]))
    .digest('base64url');
  return { departments, staff, ours, fingerprint };
}

/** The plan as the page shows it. Error: wecom.noComparison (404). */
export async function previewWecomSync(ctx: Context, taskId: string): Promise<WecomSyncPreview> {
  const directory = await readComparison(ctx, taskId);
  const { departments, staff, ours, fingerprint } = await planWecomSync(ctx, directory);
  const namesOf = (wecomIds: readonly number[], keptIds: readonly string[]) =>
    [
      ...keptIds.map((id) => pathOf(ours, id)),
      ...departments.departments.filter((one) => wecomIds.includes(one.wecomId)).map((one) => one.path),
    ].join('、');
  return {
    fingerprint,
    staffRead: directory.users.length,
    departmentsRead: directory.departments.length,
    departments: departments.departments.flatMap(({ step, path, formerPath }: PlannedDepartment) =>
      step === 'same' ? [] : [{ step, path, formerPath }],
    ),
    newStaff: staff.added.map(({ user, departmentWecomIds }) => ({
      userId: user.userId,
      name: user.name,
      phone: user.phone,
      position: user.position,
      departments: namesOf(departmentWecomIds, []),
    })),
    changedStaff: staff.changed.map((one) => ({
      userId: one.user.userId,
      name: one.mine.name,
      phone: one.mine.phone,
      changes: changesOf(one, (ids) => namesOf([], ids), namesOf(one.departmentWecomIds, one.keptDepartmentIds)),
    })),
    goneStaff: staff.gone.map((one) => ({ userId: one.wecom_user_id ?? '', name: one.name, phone: one.phone })),
    problems: [...departments.problems, ...staff.problems],
  };
}

function changesOf(one: PlannedChange, placesOf: (ids: readonly string[]) => string, places: string) {
  const { mine, name, phone, user } = one;
  const words = {
    name: { label: '姓名', before: mine.name, after: name },
    phone: { label: '手机号', before: mine.phone, after: phone },
    departments: { label: '部门', before: placesOf(mine.department_ids), after: places },
    link: { label: '企业微信账号', before: mine.wecom_user_id ?? '', after: user.userId },
  };
  return one.changed.map((key) => words[key]);
}
