import { organisationFail, type StaffInput } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import { makePassword } from '../../platform/auth/make-password.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { pinyinOf } from '../estate/index.ts';
import { departmentsOf, placeStaff } from './place-staff.ts';
import { accountOfPhone, checkInitialPassword, makeJoinCode } from './staff-account.ts';
import { usePhoto } from './staff-photo.ts';

export type NewStaff = StaffInput & { initialPassword: string | null };

/**
 * Adds a person to the staff and lets them sign in with their phone (PLT-4). Rights and data scope are given apart.
 * Returns the id, and the initial password to be shown once; or, where the phone has an account already, the code by which
 * its person joins this company: until they have, they are not signed in to it. Without a password one is made; with the hash `unknownPassword` the account gets that, and nobody can sign in until it is reset.
 * Errors: staff.phoneTaken, staff.numberTaken (409), password.weak, reference.notFound (422).
 */
export async function addStaff(
  ctx: Context,
  staff: NewStaff,
  unknownPassword?: string,
): Promise<{ id: string; initialPassword: string | null; joinCode: string | null }> {
  checkInitialPassword(staff.initialPassword);
  await checkNumber(ctx, staff.number, null);
  await checkWecomUser(ctx, staff.wecomUserId, null);
  const secret =
    staff.initialPassword === null && unknownPassword !== undefined
      ? { passwordHash: unknownPassword }
      : { password: staff.initialPassword ?? makePassword() };
  const account = await accountOfPhone(ctx, staff.phone, secret);
  const id = ctx.newId();
  const join = account.isForeign ? makeJoinCode() : null;
  const { pinyin, pinyinInitials } = pinyinOf(staff.name);
  await ctx.tx.run(sql`insert into staff (company_id, id, account_id, name, phone, position, number, sex, nickname, wechat, email, wecom_user_id,
      joined_on, expires_on, note, may_sign_in_pc, may_sign_in_phone, is_shown_to_residents, skills, introduction,
      pinyin, pinyin_initials, is_joined, join_code_hash, created_at, updated_at)
    values (${ctx.companyId}, ${id}, ${account.id}, ${staff.name}, ${staff.phone}, ${staff.position}, ${staff.number}, ${staff.sex},
      ${staff.nickname}, ${staff.wechat}, ${staff.email}, ${staff.wecomUserId || null}, ${staff.joinedOn}, ${staff.expiresOn}, ${staff.note}, ${staff.maySignInPc},
      ${staff.maySignInPhone}, ${staff.isShownToResidents}, ${staff.skills}, ${staff.introduction},
      ${pinyin}, ${pinyinInitials}, ${join === null}, ${join?.joinCodeHash ?? null}, ${nowText(ctx)}, ${nowText(ctx)})`);
  await placeStaff(ctx, id, staff.departmentIds);
  await usePhoto(ctx, id, staff.photoFileId, null);
  await recordAudit(ctx, {
    action: 'staff.create',
    targetKind: 'staff',
    targetId: id,
    targetLabel: staff.name,
    after: await auditOf(ctx, id, staff),
  });
  return { id, initialPassword: account.initialPassword, joinCode: join?.joinCode ?? null };
}

/** Error: staff.numberTaken (409). Numbers may be empty, and are then not unique. */
export async function checkNumber(ctx: Context, number: string, exceptId: string | null): Promise<void> {
  if (number === '') return;
  const holder = await ctx.tx.first<{ name: string }>(sql`select name from staff
    where company_id = ${ctx.companyId} and number = ${number} and id is distinct from ${exceptId}`);
  if (!holder) return;
  const message = `工号“${number}”已被“${holder.name}”使用`;
  throw organisationFail('staff.numberTaken', { number, name: holder.name }, [{ path: 'number', message }]);
}

/** What of a person goes into the audit: nothing that reaches them or describes them outside their work. */
export async function auditOf(ctx: Context, id: string, staff: StaffInput): Promise<Record<string, unknown>> {
  const { name, number, position, joinedOn, expiresOn, maySignInPc, maySignInPhone, isShownToResidents } = staff;
  const departments = (await departmentsOf(ctx, id)).map((one) => one.path).join('、');
  return {
    name,
    number,
    position,
    departments,
    joinedOn,
    expiresOn,
    maySignInPc,
    maySignInPhone,
    isShownToResidents,
  };
}

/** Error: staff.wecomUserTaken (409). One account of WeCom is one person, or signing in would choose between two. */
export async function checkWecomUser(ctx: Context, wecomUserId: string, exceptId: string | null): Promise<void> {
  if (wecomUserId === '') return;
  const holder = await ctx.tx.first<{ name: string }>(sql`select name from staff
    where company_id = ${ctx.companyId} and wecom_user_id = ${wecomUserId} and id is distinct from ${exceptId}`);
  if (!holder) return;
  const message = `企业微信账号“${wecomUserId}”已是“${holder.name}”的`;
  throw organisationFail('staff.wecomUserTaken', { wecomUserId, name: holder.name }, [
    { path: 'wecomUserId', message },
  ]);
}
