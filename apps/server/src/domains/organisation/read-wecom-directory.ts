import { organisationFail } from '@anlin/contract';
import type { ChannelSetup, Outside } from '../../platform/messages/channels/channel.ts';
import { callWecom } from '../../platform/messages/channels/wecom.ts';

/** WeCom's directory (developer.work.weixin.qq.com): department/list, user/list for each department. */

export interface WecomUser {
  userId: string;
  name: string;
  /** 11 digits, or empty: newer applications do not see phones, and foreign ones cannot sign in. */
  phone: string;
  position: string;
  departmentIds: number[];
}

export interface WecomDepartment {
  id: number;
  name: string;
  parentId: number;
}

export interface WecomDirectory {
  departments: WecomDepartment[];
  /** Without those who were disabled there or have left. */
  users: WecomUser[];
}

interface Reply {
  errcode?: number;
  errmsg?: string;
}
interface DepartmentReply extends Reply {
  department?: { id: number; name: string; parentid: number }[];
}
interface UserReply extends Reply {
  userlist?: {
    userid: string;
    name: string;
    mobile?: string;
    position?: string;
    department: number[];
    status?: number;
  }[];
}

/** 1: active, 2: disabled, 4: has not joined yet, 5: has left. */
const statesOut: readonly (number | undefined)[] = [2, 5];
const secretCodes = [40001, 40013, 40014, 42001];
const permissionCodes = [48002, 48004, 60011, 60020, 60123];
const limitCodes = [45009, 45011, 45033];

/**
 * Reads all the application may see. `report` is told how many departments were read. Nothing of ours is touched.
 * Errors: wecom.secretWrong, wecom.noPermission, wecom.refused, wecom.empty (422), wecom.limited, wecom.unreachable (503).
 */
export async function readWecomDirectory(
  setup: ChannelSetup,
  outside: Outside,
  report: (done: number, total: number) => Promise<void>,
): Promise<WecomDirectory> {
  const { department = [] } = await ask<DepartmentReply>(setup, outside, '/cgi-bin/department/list', {});
  const departments = department.map(({ id, name, parentid }) => ({ id, name: name.trim(), parentId: parentid }));
  const users = new Map<string, WecomUser>();
  for (const [index, { id }] of departments.entries()) {
    const { userlist = [] } = await ask<UserReply>(setup, outside, '/cgi-bin/user/list', { department_id: String(id) });
    for (const one of userlist) if (!statesOut.includes(one.status)) users.set(one.userid, viewUser(one));
    await report(index + 1, departments.length);
  }
  if (users.size === 0) throw organisationFail('wecom.empty');
  return { departments, users: [...users.values()].sort((a, b) => (a.userId < b.userId ? -1 : 1)) };
}

function viewUser(one: NonNullable<UserReply['userlist']>[number]): WecomUser {
  const phone = (one.mobile ?? '').replace(/[\s-]/g, '').replace(/^\+?86(?=1\d{10}$)/, '');
  return {
    userId: one.userid,
    name: one.name.trim(),
    phone: /^1\d{10}$/.test(phone) ? phone : '',
    position: (one.position ?? '').trim().slice(0, 40),
    departmentIds: one.department,
  };
}

async function ask<R extends Reply>(
  setup: ChannelSetup,
  outside: Outside,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<R> {
  const reply = await callWecom<R>(setup, outside, path, query).catch((error: Error) => {
    const reason = error.name === 'TimeoutError' ? '对方没有在限定时间内应答' : '连接中断或收到无法识别的应答';
    throw organisationFail('wecom.unreachable', { reason });
  });
  const code = reply.errcode ?? 0;
  if (code === 0) return reply as R;
  const answer = `${code} ${reply.errmsg ?? ''}`.trim().slice(0, 200);
  if (secretCodes.includes(code)) throw organisationFail('wecom.secretWrong', { answer });
  if (permissionCodes.includes(code)) throw organisationFail('wecom.noPermission', { answer });
  if (limitCodes.includes(code)) throw organisationFail('wecom.limited', { answer });
  throw organisationFail('wecom.refused', { answer });
}
