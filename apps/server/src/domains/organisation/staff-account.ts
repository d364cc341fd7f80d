import { organisationFail, platformFail } from '@anlin/contract';
import { hashJoinCode } from '../../platform/auth/join-code.ts';
import { makePassword } from '../../platform/auth/make-password.ts';
import { hashPassword, isStrongPassword } from '../../platform/auth/password.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';

export interface StaffAccount {
  id: string;
  /** To be shown once; null where the account existed and keeps its password. */
  initialPassword: string | null;
  /** Somebody else made it: its person joins this company by a code of their own. */
  isForeign: boolean;
}

/** A code by which its person joins this company, to be shown once, and what is kept of it. */
export function makeJoinCode(): { joinCode: string; joinCodeHash: Buffer } {
  const joinCode = makePassword();
  return { joinCode, joinCodeHash: hashJoinCode(joinCode) };
}

/** Error: password.weak (422). */
export function checkInitialPassword(password: string | null): void {
  if (password === null || isStrongPassword(password)) return;
  const message = '初始密码至少 8 位，须同时含字母和数字';
  throw platformFail('password.weak', {}, [{ path: 'initialPassword', message }]);
}

/**
 * The account people with this phone sign in with: the one there is, for a person who works for two companies has one,
 * or a new one whose password must be changed at the first sign-in. Error: staff.phoneTaken (409) where somebody else
 * of this company has it. No password that is given here ever reaches an account that exists.
 */
export async function accountOfPhone(
  ctx: Context,
  phone: string,
  secret: { password: string } | { passwordHash: string },
  exceptStaffId: string | null = null,
): Promise<StaffAccount> {
  if (!(await findAccount(ctx, phone))) {
    const passwordHash = 'password' in secret ? await hashPassword(secret.password) : secret.passwordHash;
    const row = await ctx.tx.first<{
      id: string;
    }>(sql`insert into account (id, phone, password_hash, must_change_password, created_at)
      values (${ctx.newId()}, ${phone}, ${passwordHash}, true, ${nowText(ctx)}) on conflict (phone) do nothing returning id`);
    if (row) return { id: row.id, initialPassword: 'password' in secret ? secret.password : null, isForeign: false };
  }
  const id = (await findAccount(ctx, phone))!;
  const holder = await ctx.tx.first<{ name: string }>(sql`select name from staff
    where company_id = ${ctx.companyId} and account_id = ${id} and id is distinct from ${exceptStaffId}`);
  if (!holder) return { id, initialPassword: null, isForeign: true };
  const message = `这个手机号已属于员工“${holder.name}”`;
  throw organisationFail('staff.phoneTaken', { phone, name: holder.name }, [{ path: 'phone', message }]);
}

async function findAccount(ctx: Context, phone: string): Promise<string | undefined> {
  return (await ctx.tx.first<{ id: string }>(sql`select id from account where phone = ${phone}`))?.id;
}

/** Whether staff of another company sign in with the same account, having joined it. */
export async function worksElsewhere(ctx: Context, accountId: string): Promise<boolean> {
  const row = await ctx.tx.first<{ elsewhere: boolean }>(sql`select works_elsewhere(${accountId}) as elsewhere`);
  return row!.elsewhere;
}

/**
 * The account after the person's phone changed. Their own account moves to the new phone; one that another company
 * also relies on, or a phone that has an account already, makes the person sign in with that phone's account instead.
 */
export async function moveToPhone(
  ctx: Context,
  staff: { id: string; accountId: string },
  phone: string,
): Promise<StaffAccount> {
  const taken = await findAccount(ctx, phone);
  if (taken === staff.accountId) return { id: staff.accountId, initialPassword: null, isForeign: false };
  if (taken || (await worksElsewhere(ctx, staff.accountId))) {
    return accountOfPhone(ctx, phone, { password: makePassword() }, staff.id);
  }
  await ctx.tx.run(sql`update account set phone = ${phone} where id = ${staff.accountId}`);
  return { id: staff.accountId, initialPassword: null, isForeign: false };
}

/** Ends the sessions of these people of this company; of one kind of client, or all. */
export async function endSessions(ctx: Context, staffIds: readonly string[], client?: 'pc' | 'phone'): Promise<void> {
  const clients = client === undefined ? ['pc', 'phone'] : [client];
  await ctx.tx.run(sql`delete from session where company_id = ${ctx.companyId} and staff_id = any (${[...staffIds]}::uuid[])
    and client = any (${clients}::text[])`);
}

/** Makes the person join anew by a code, which is returned to be shown once. */
export async function awaitJoining(ctx: Context, staffId: string): Promise<string> {
  const { joinCode, joinCodeHash } = makeJoinCode();
  await ctx.tx.run(sql`update staff set is_joined = false, join_code_hash = ${joinCodeHash}
    where company_id = ${ctx.companyId} and id = ${staffId}`);
  return joinCode;
}

/** An account this company made for the person needs no joining. */
export async function joinAtOnce(ctx: Context, staffId: string): Promise<void> {
  await ctx.tx.run(sql`update staff set is_joined = true, join_code_hash = null
    where company_id = ${ctx.companyId} and id = ${staffId}`);
}
