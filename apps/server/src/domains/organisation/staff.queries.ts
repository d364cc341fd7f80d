import type { ListQuery, ResourceRow } from '@anlin/contract';
import { businessDay } from '../../platform/clock.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { getRow, listRows, type ResourceList } from '../../resource/index.ts';
import { staffBinding } from './organisation.bindings.ts';

/** The company's office keeps one calendar, China's: sign-in and the list change on the same midnight. */
const officeTimeZone = 'Asia/Shanghai';

/** The business day of the office, YYYY-MM-DD. */
export function officeDay(ctx: Context): string {
  return businessDay(ctx.clock, officeTimeZone).toString();
}

/** Tells the view which day it is: from the day of leaving on, a person is 已到期. */
async function tellToday(ctx: Context): Promise<void> {
  await ctx.tx.rows(sql`select set_config('app.today', ${officeDay(ctx)}, true)`);
}

export async function listStaff(ctx: Context, query: ListQuery): Promise<ResourceList> {
  await tellToday(ctx);
  return listRows(ctx, staffBinding, query);
}

export async function getStaff(ctx: Context, id: string): Promise<ResourceRow> {
  await tellToday(ctx);
  return getRow(ctx, staffBinding, id);
}

export interface StaffRow {
  id: string;
  account_id: string;
  version: number;
  name: string;
  number: string;
  sex: 'male' | 'female' | null;
  nickname: string;
  phone: string;
  wechat: string;
  email: string;
  wecom_user_id: string | null;
  position: string;
  joined_on: string | null;
  expires_on: string | null;
  disabled_at: string | null;
  note: string;
  photo: string[];
  may_sign_in_pc: boolean;
  may_sign_in_phone: boolean;
  is_shown_to_residents: boolean;
  skills: string;
  introduction: string;
  is_joined: boolean;
}

/** The people of these ids who are there, locked in the order of their ids. */
export function lockStaff(ctx: Context, ids: readonly string[]): Promise<StaffRow[]> {
  return ctx.tx.rows<StaffRow>(sql`select id, account_id, version, name, number, sex, nickname, phone, wechat, email, wecom_user_id, position,
      joined_on, expires_on, disabled_at, note, photo, may_sign_in_pc, may_sign_in_phone, is_shown_to_residents, skills, introduction, is_joined
    from staff where company_id = ${ctx.companyId} and id = any (${[...ids]}::uuid[]) order by id for update`);
}

/** People shown to residents, by the order of their names. */
export function readShownStaff(ctx: Context) {
  return ctx.tx.rows<{
    id: string;
    name: string;
    position: string;
    skills: string;
    introduction: string;
    photo: string[];
  }>(sql`select id, name, position, skills, introduction, photo from staff where company_id = ${ctx.companyId} and is_shown_to_residents
      and disabled_at is null and (expires_on is null or expires_on > ${officeDay(ctx)}) order by name collate "zh-x-icu", id`);
}

/** Photo and number of open sessions. */
export async function readStaffExtras(ctx: Context, id: string) {
  const row = await ctx.tx.first<{ photo: string[]; sessions: bigint }>(sql`select s.photo,
      (select count(*) from session e where e.company_id = s.company_id and e.staff_id = s.id and e.expires_at > ${ctx.clock.now().toString()}) as sessions
    from staff s where s.company_id = ${ctx.companyId} and s.id = ${id}`);
  return row && { photoFileId: row.photo[0] ?? null, sessionCount: Number(row.sessions) };
}
