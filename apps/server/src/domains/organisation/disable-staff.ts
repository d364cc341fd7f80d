import { organisationFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkRank } from './check-rank.ts';
import { keepAdministrator, lastingAdministrators } from './keep-administrator.ts';
import { lockOrganisation } from './lock-organisation.ts';
import { lockStaff, officeDay, type StaffRow } from './staff.queries.ts';
import { endSessions } from './staff-account.ts';

/**
 * Disables people: they can no longer sign in to this company and their sessions end with this transaction. All or
 * none. Returns how many were active until now.
 * Errors: resource.notFound (404), staff.notOneself, staff.lastAdministrator (409), staff.higherRights (403).
 */
export async function disableStaff(ctx: Context, ids: readonly string[]): Promise<number> {
  if (ctx.actor.id !== null && ids.includes(ctx.actor.id)) throw organisationFail('staff.notOneself');
  const people = await chosenStaff(ctx, ids);
  await checkRank(ctx, people);
  const administrators = await lastingAdministrators(ctx);
  const active = people.filter((one) => one.disabled_at === null);
  await ctx.tx.run(sql`update staff set disabled_at = ${nowText(ctx)}, version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = any (${active.map((one) => one.id)}::uuid[])`);
  await keepAdministrator(ctx, administrators);
  await endSessions(ctx, ids);
  await recordEach(ctx, 'staff.disable', active);
  return active.length;
}

/**
 * Lets disabled people in again; a day of leaving that has come is taken away, for it would keep them out.
 * Returns how many were kept out until now. Error: resource.notFound (404).
 */
export async function enableStaff(ctx: Context, ids: readonly string[]): Promise<number> {
  const today = officeDay(ctx);
  const isOver = (one: StaffRow) => one.expires_on !== null && one.expires_on <= today;
  const out = (await chosenStaff(ctx, ids)).filter((one) => one.disabled_at !== null || isOver(one));
  await checkRank(ctx, out);
  await ctx.tx.run(sql`update staff set disabled_at = null, expires_on = case when expires_on <= ${today} then null else expires_on end,
      version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = any (${out.map((one) => one.id)}::uuid[])`);
  await recordEach(ctx, 'staff.enable', out);
  return out.length;
}

async function chosenStaff(ctx: Context, ids: readonly string[]): Promise<StaffRow[]> {
  await lockOrganisation(ctx);
  const people = await lockStaff(ctx, ids);
  if (people.length !== new Set(ids).size) throw platformFail('resource.notFound', { label: '员工' });
  return people;
}

async function recordEach(ctx: Context, action: string, people: readonly StaffRow[]): Promise<void> {
  for (const { id, name } of people) {
    await recordAudit(ctx, { action, targetKind: 'staff', targetId: id, targetLabel: name });
  }
}
