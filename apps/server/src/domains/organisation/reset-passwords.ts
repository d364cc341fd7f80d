import { organisationFail, platformFail } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { makePassword } from '../../platform/auth/make-password.ts';
import { hashPassword } from '../../platform/auth/password.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { checkRank } from './check-rank.ts';
import { lockStaff } from './staff.queries.ts';
import { awaitJoining, worksElsewhere } from './staff-account.ts';

/** One of the two is given; the other is empty. */
interface NewPassword {
  name: string;
  phone: string;
  password: string;
  joinCode: string;
}

/**
 * Gives people new initial passwords, which they must change at the next sign-in; all their sessions end. All or none.
 * An account that another company's staff sign in with is its person's own: a company must not get into another by it.
 * Who has not joined yet gets another code to join by instead, and their account stays as it is.
 * Errors: resource.notFound (404), staff.oneself, staff.worksElsewhere (409), staff.higherRights (403).
 */
export async function resetPasswords(ctx: Context, ids: readonly string[]): Promise<NewPassword[]> {
  if (ctx.actor.id !== null && ids.includes(ctx.actor.id)) throw organisationFail('staff.oneself');
  const people = await lockStaff(ctx, ids);
  if (people.length !== new Set(ids).size) throw platformFail('resource.notFound', { label: '员工' });
  await checkRank(ctx, people);
  const rows: NewPassword[] = [];
  for (const { id, name, phone, account_id: accountId, is_joined: isJoined } of people) {
    if (!isJoined) {
      rows.push({ name, phone, password: '', joinCode: await awaitJoining(ctx, id) });
      await recordAudit(ctx, { action: 'staff.renewJoinCode', targetKind: 'staff', targetId: id, targetLabel: name });
      continue;
    }
    if (await worksElsewhere(ctx, accountId)) throw organisationFail('staff.worksElsewhere', { name });
    const password = makePassword();
    await ctx.tx.run(sql`update account set password_hash = ${await hashPassword(password)}, must_change_password = true,
      failed_count = 0, locked_until = null where id = ${accountId}`);
    await ctx.tx.run(sql`delete from session where account_id = ${accountId}`);
    await recordAudit(ctx, { action: 'staff.resetPassword', targetKind: 'staff', targetId: id, targetLabel: name });
    rows.push({ name, phone, password, joinCode: '' });
  }
  return rows;
}
