import { platformFail, type StaffInput } from '@anlin/contract';
import { recordAudit } from '../../platform/audit/record-audit.ts';
import type { Context } from '../../platform/context.ts';
import { nowText } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { pinyinOf } from '../estate/index.ts';
import { auditOf, checkNumber, checkWecomUser } from './add-staff.ts';
import { checkRank } from './check-rank.ts';
import { keepAdministrator, lastingAdministrators } from './keep-administrator.ts';
import { lockOrganisation } from './lock-organisation.ts';
import { departmentsOf, placeStaff } from './place-staff.ts';
import { lockStaff, type StaffRow } from './staff.queries.ts';
import { awaitJoining, endSessions, joinAtOnce, moveToPhone } from './staff-account.ts';
import { usePhoto } from './staff-photo.ts';

/**
 * Changes a person. A new phone moves the account along (see `moveToPhone`) and ends their sessions; a right to sign in
 * that is taken away ends the sessions of that client; a day of leaving works by itself from that day on.
 * Returns the initial password of an account that had to be made, and the code to join by where the phone has an account
 * of somebody else's making; null otherwise.
 * Errors: resource.notFound (404), resource.changed, staff.phoneTaken, staff.numberTaken, staff.lastAdministrator (409),
 * staff.higherRights, rights.beyondOwn, rights.takenBeyondOwn (403), reference.notFound (422).
 */
export async function editStaff(
  ctx: Context,
  { id, version, ...staff }: StaffInput & { id: string; version: number },
): Promise<{ initialPassword: string | null; joinCode: string | null }> {
  await lockOrganisation(ctx);
  const [row] = await lockStaff(ctx, [id]);
  if (!row) throw platformFail('resource.notFound', { label: '员工' });
  if (row.version !== version) throw platformFail('resource.changed', { label: '员工' });
  if (touchesSignIn(row, staff)) await checkRank(ctx, [row]);
  await checkNumber(ctx, staff.number, id);
  await checkWecomUser(ctx, staff.wecomUserId, id);
  const administrators = await lastingAdministrators(ctx);
  const before = await auditOf(ctx, id, inputOf(row, await departmentsOf(ctx, id)));
  const account =
    staff.phone === row.phone
      ? { id: row.account_id, initialPassword: null, isForeign: false }
      : await moveToPhone(ctx, { id, accountId: row.account_id }, staff.phone);
  await writeStaff(ctx, id, account.id, staff);
  const joinCode = account.isForeign ? await awaitJoining(ctx, id) : null;
  if (account.initialPassword !== null) await joinAtOnce(ctx, id);
  await placeStaff(ctx, id, staff.departmentIds);
  await usePhoto(ctx, id, staff.photoFileId, row.photo[0] ?? null);
  await keepAdministrator(ctx, administrators);
  if (staff.phone !== row.phone) await endSessions(ctx, [id]);
  if (!staff.maySignInPc) await endSessions(ctx, [id], 'pc');
  if (!staff.maySignInPhone) await endSessions(ctx, [id], 'phone');
  await recordAudit(ctx, {
    action: 'staff.update',
    targetKind: 'staff',
    targetId: id,
    targetLabel: staff.name,
    before,
    after: { ...(await auditOf(ctx, id, staff)), ...(staff.phone === row.phone ? {} : { phone: '（已修改）' }) },
  });
  return { initialPassword: account.initialPassword, joinCode };
}

function touchesSignIn(row: StaffRow, staff: StaffInput): boolean {
  return (
    row.phone !== staff.phone ||
    (row.wecom_user_id ?? '') !== staff.wecomUserId ||
    row.expires_on !== staff.expiresOn ||
    row.may_sign_in_pc !== staff.maySignInPc ||
    row.may_sign_in_phone !== staff.maySignInPhone
  );
}

async function writeStaff(ctx: Context, id: string, accountId: string, staff: StaffInput): Promise<void> {
  const { pinyin, pinyinInitials } = pinyinOf(staff.name);
  await ctx.tx.run(sql`update staff set account_id = ${accountId}, name = ${staff.name}, phone = ${staff.phone}, position = ${staff.position},
      number = ${staff.number}, sex = ${staff.sex}, nickname = ${staff.nickname}, wechat = ${staff.wechat}, email = ${staff.email},
      wecom_user_id = ${staff.wecomUserId || null},
      joined_on = ${staff.joinedOn}, expires_on = ${staff.expiresOn}, note = ${staff.note}, may_sign_in_pc = ${staff.maySignInPc},
      may_sign_in_phone = ${staff.maySignInPhone}, is_shown_to_residents = ${staff.isShownToResidents}, skills = ${staff.skills},
      introduction = ${staff.introduction}, pinyin = ${pinyin}, pinyin_initials = ${pinyinInitials},
      version = version + 1, updated_at = ${nowText(ctx)}
    where company_id = ${ctx.companyId} and id = ${id}`);
}

/** The person as they were, in the form in which they are entered. */
export function inputOf(row: StaffRow, departments: readonly { id: string }[]): StaffInput {
  return {
    name: row.name,
    number: row.number,
    sex: row.sex,
    nickname: row.nickname,
    phone: row.phone,
    wechat: row.wechat,
    email: row.email,
    wecomUserId: row.wecom_user_id ?? '',
    departmentIds: departments.map((one) => one.id),
    position: row.position,
    joinedOn: row.joined_on,
    expiresOn: row.expires_on,
    note: row.note,
    photoFileId: row.photo[0] ?? null,
    maySignInPc: row.may_sign_in_pc,
    maySignInPhone: row.may_sign_in_phone,
    isShownToResidents: row.is_shown_to_residents,
    skills: row.skills,
    introduction: row.introduction,
  };
}
