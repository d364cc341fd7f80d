import { randomBytes } from 'node:crypto';
import { organisationFail, staffInput, type WecomSyncKind } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { hashPassword } from '../../platform/auth/password.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { requirePermission } from '../../platform/rights/require-right.ts';
import { addStaff } from './add-staff.ts';
import { planWecomSync, readComparison, type WecomPlan } from './compare-wecom.task.ts';
import { addDepartment } from './create-department.ts';
import { readDepartments } from './department.queries.ts';
import { disableStaff } from './disable-staff.ts';
import { editDepartment } from './edit-department.ts';
import { editStaff, inputOf } from './edit-staff.ts';
import { lockOrganisation } from './lock-organisation.ts';
import { moveDepartment } from './move-department.ts';
import { departmentsOf } from './place-staff.ts';
import type { PlannedPerson } from './plan-wecom-staff.ts';
import { lockStaff } from './staff.queries.ts';

export interface WecomSyncDone {
  departments: number;
  added: number;
  changed: number;
  disabled: number;
  passwords: { name: string; phone: string; password: string }[];
}

/** Ours by WeCom's number of the department. */
type Places = Map<number, string>;

/**
 * Does what the preview showed, of the kinds chosen, all or nothing; each change goes through the use case a person would
 * use, with its rules. New people get a password nobody knows, to be reset before their first sign-in. Departments are
 * never deleted and people never: those gone are disabled.
 * Errors: wecom.noComparison (404), wecom.planChanged (409), permission.denied (403), and those of the use cases.
 */
export async function applyWecomSync(
  ctx: Context,
  input: { taskId: string; kinds: readonly WecomSyncKind[]; fingerprint: string },
): Promise<WecomSyncDone> {
  const has = (kind: WecomSyncKind) => input.kinds.includes(kind);
  if (has('departments')) requirePermission(ctx, 'department.edit');
  if (has('goneStaff')) requirePermission(ctx, 'staff.disable');
  await lockOrganisation(ctx);
  const directory = await readComparison(ctx, input.taskId);
  const plan = await planWecomSync(ctx, directory);
  if (plan.fingerprint !== input.fingerprint) throw organisationFail('wecom.planChanged');
  const places: Places = new Map(
    plan.departments.departments.flatMap((one) => (one.id === null ? [] : [[one.wecomId, one.id] as const])),
  );
  const departments = has('departments') ? await writeDepartments(ctx, plan, places) : 0;
  const edited = has('changedStaff') ? await changePeople(ctx, plan, places) : { count: 0, passwords: [] };
  const added = has('newStaff') ? await addPeople(ctx, plan, places) : 0;
  const gone = has('goneStaff') ? plan.staff.gone.map((one) => one.id) : [];
  const disabled = gone.length > 0 ? await disableStaff(ctx, gone) : 0;
  const counts = { departments, added, changed: edited.count, disabled };
  await ctx.tx.run(sql`update task set progress = null where company_id = ${ctx.companyId} and id = ${input.taskId}`);
  await recordAudit(ctx, {
    action: 'staff.syncWecom',
    targetKind: 'staff',
    targetId: null,
    targetLabel: '企业微信通讯录',
    after: { ...counts, kinds: input.kinds.join('、'), problems: plan.staff.problems.length },
  });
  return { ...counts, passwords: edited.passwords };
}

/** Parents come first, so that a new one is there when its children are made. */
async function writeDepartments(ctx: Context, plan: WecomPlan, places: Places): Promise<number> {
  let count = 0;
  for (const one of plan.departments.departments) {
    if (one.step === 'same') continue;
    const parentId = one.parentWecomId === null ? null : (places.get(one.parentWecomId) ?? null);
    const id = one.id ?? (await addDepartment(ctx, await readDepartments(ctx), { parentId, name: one.name }));
    if (one.id !== null) await settleDepartment(ctx, { id: one.id, parentId, name: one.name });
    await ctx.tx.run(sql`update department set wecom_department_id = ${one.wecomId}
      where company_id = ${ctx.companyId} and id = ${id}`);
    places.set(one.wecomId, id);
    count += 1;
  }
  return count;
}

async function settleDepartment(
  ctx: Context,
  wanted: { id: string; parentId: string | null; name: string },
): Promise<void> {
  const present = (await readDepartments(ctx)).find((one) => one.id === wanted.id)!;
  if (present.parent_id !== wanted.parentId) {
    await moveDepartment(ctx, { id: wanted.id, parentId: wanted.parentId, beforeId: null });
  }
  if (present.name !== wanted.name) {
    await editDepartment(ctx, { id: wanted.id, name: wanted.name, managerId: present.manager_id });
  }
}

/** Departments the person is to work in; those not taken over this time are left out. */
function idsOf(person: PlannedPerson, places: Places): string[] {
  const shared = person.departmentWecomIds.flatMap((one) => places.get(one) ?? []);
  return [...new Set([...person.keptDepartmentIds, ...shared])];
}

async function changePeople(ctx: Context, plan: WecomPlan, places: Places) {
  const passwords: WecomSyncDone['passwords'] = [];
  let count = 0;
  for (const one of plan.staff.changed.toSorted((a, b) => (a.mine.id < b.mine.id ? -1 : 1))) {
    const departmentIds = idsOf(one, places);
    const isMoved = departmentIds.toSorted().join() !== one.mine.department_ids.toSorted().join();
    if (!isMoved && one.changed.every((key) => key === 'departments')) continue;
    const [row] = await lockStaff(ctx, [one.mine.id]);
    const before = inputOf(row!, await departmentsOf(ctx, one.mine.id));
    const after = { ...before, name: one.name, phone: one.phone, wecomUserId: one.user.userId, departmentIds };
    const { initialPassword } = await editStaff(ctx, { ...after, id: one.mine.id, version: row!.version });
    if (initialPassword !== null) passwords.push({ name: one.name, phone: one.phone, password: initialPassword });
    count += 1;
  }
  return { count, passwords };
}

async function addPeople(ctx: Context, plan: WecomPlan, places: Places): Promise<number> {
  const unknownPassword = await hashPassword(randomBytes(24).toString('base64'));
  for (const one of plan.staff.added) {
    const { name, phone, position, userId } = one.user;
    const staff = staffInput.parse({ name, phone, position, wecomUserId: userId });
    const departmentIds = idsOf(one, places);
    await addStaff(ctx, { ...staff, departmentIds, initialPassword: null }, unknownPassword);
  }
  return plan.staff.added.length;
}
