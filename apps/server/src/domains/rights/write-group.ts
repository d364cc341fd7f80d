import { isPermission, type Permission, platformFail, rightsFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { builtInGroups, isBuiltInGroup, phonePermissionsOf } from '../../platform/company/built-in-groups.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { type RightSets, refuseBeyondOwn, rightSets } from './own-rights.ts';
import { type GroupRow, holdersOf, lockGroup } from './permission-group.queries.ts';

export interface GroupInput {
  name: string;
  note: string;
  permissions: readonly string[];
  phonePermissions: readonly string[];
}

/** Makes a group of one's own. Throws rights.beyondOwn (403), resource.duplicate (409), permissionGroup.unknownPermission (422). */
export async function createGroup(ctx: Context, input: GroupInput): Promise<string> {
  const given = setsOf(input);
  await refuseBeyondOwn(ctx, given);
  const id = ctx.newId();
  await refuseSameName(ctx, id, input.name);
  await ctx.tx.run(sql`insert into permission_group (company_id, id, name, note, permissions, phone_permissions, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${input.name}, ${input.note}, ${[...given.pc]}, ${[...given.phone]}, ${nowText(ctx)}, ${nowText(ctx)})`);
  await recordAudit(ctx, {
    action: 'permissionGroup.create',
    targetKind: 'permissionGroup',
    targetId: id,
    targetLabel: input.name,
    after: { permissions: [...given.pc], phonePermissions: [...given.phone] },
  });
  return id;
}

/**
 * Changes name, note and operations; whoever holds the group feels it with their next click. Only what is added must be
 * the actor's own: taking away needs no more than the right to edit. Throws resource.changed (409) for an old version.
 */
export async function updateGroup(ctx: Context, id: string, input: GroupInput & { version: number }): Promise<void> {
  const group = await lockGroup(ctx, id);
  if (group.version !== input.version) throw platformFail('resource.changed', { label: '权限组' });
  const before = rightSets(group);
  // Administrators hold everything at any time: only what they are called can change.
  const after = group.holds_all ? before : setsOf(input);
  await refuseBeyondOwn(ctx, addedTo(before, after));
  await refuseSameName(ctx, id, input.name);
  await writeGroup(ctx, group, { ...input, ...after });
  await recordChange(ctx, 'permissionGroup.update', group, before, after, input.name);
}

/** Gives a built-in group the operations of this version's product again. Throws permissionGroup.notBuiltIn (409). */
export async function restoreGroup(ctx: Context, id: string): Promise<void> {
  const group = await lockGroup(ctx, id);
  const { built_in: builtIn, name, note } = group;
  if (!isBuiltInGroup(builtIn)) throw rightsFail('permissionGroup.notBuiltIn', { name });
  const permissions: readonly Permission[] = builtInGroups[builtIn];
  const before = rightSets(group);
  const after = setsOf({ permissions, phonePermissions: phonePermissionsOf(permissions) });
  await refuseBeyondOwn(ctx, addedTo(before, after));
  await writeGroup(ctx, group, { name, note, ...after });
  await recordChange(ctx, 'permissionGroup.restore', group, before, after, name);
}

/** Deletes a group nobody holds. Throws permissionGroup.inUse (409) naming who does, permissionGroup.holdsAll (409). */
export async function deleteGroup(ctx: Context, id: string): Promise<void> {
  const { name, holds_all: holdsAll } = await lockGroup(ctx, id);
  if (holdsAll) throw rightsFail('permissionGroup.holdsAll', { name });
  const holders = await holdersOf(ctx, id);
  if (holders.length > 0) {
    const users = `${holders.slice(0, 10).join('、')}${holders.length > 10 ? ' 等' : ''}`;
    throw rightsFail('permissionGroup.inUse', { name, count: holders.length, users });
  }
  await ctx.tx.run(sql`delete from permission_group where company_id = ${ctx.companyId} and id = ${id}`);
  await recordAudit(ctx, {
    action: 'permissionGroup.delete',
    targetKind: 'permissionGroup',
    targetId: id,
    targetLabel: name,
  });
}

function setsOf(input: Pick<GroupInput, 'permissions' | 'phonePermissions'>): RightSets {
  const unknown = [...input.permissions, ...input.phonePermissions].find((one) => !isPermission(one));
  if (unknown !== undefined) throw rightsFail('permissionGroup.unknownPermission', { permission: unknown });
  return rightSets({ permissions: input.permissions, phone_permissions: input.phonePermissions, holds_all: false });
}

function addedTo(before: RightSets, after: RightSets): RightSets {
  return {
    pc: new Set([...after.pc].filter((one) => !before.pc.has(one))),
    phone: new Set([...after.phone].filter((one) => !before.phone.has(one))),
    holdsAll: false,
  };
}

async function refuseSameName(ctx: Context, id: string, name: string): Promise<void> {
  const same = await ctx.tx.first(
    sql`select id from permission_group where company_id = ${ctx.companyId} and name = ${name} and id <> ${id}`,
  );
  if (same) throw platformFail('resource.duplicate', { label: '权限组', fields: '名称' });
}

async function writeGroup(
  ctx: Context,
  group: GroupRow,
  after: { name: string; note: string } & RightSets,
): Promise<void> {
  await ctx.tx.run(sql`update permission_group set name = ${after.name}, note = ${after.note}, permissions = ${[...after.pc]},
      phone_permissions = ${[...after.phone]}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${group.id}`);
}

async function recordChange(
  ctx: Context,
  action: string,
  group: GroupRow,
  before: RightSets,
  after: RightSets,
  name: string,
): Promise<void> {
  const [added, removed] = [addedTo(before, after), addedTo(after, before)];
  await recordAudit(ctx, {
    action,
    targetKind: 'permissionGroup',
    targetId: group.id,
    targetLabel: name,
    before: { name: group.name, permissions: [...removed.pc], phonePermissions: [...removed.phone] },
    after: { name, permissions: [...added.pc], phonePermissions: [...added.phone] },
  });
}
