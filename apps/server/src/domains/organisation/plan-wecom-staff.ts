import type { PlannedDepartment } from './plan-wecom-departments.ts';
import type { WecomUser } from './read-wecom-directory.ts';

/** A person of ours, as the comparison looks at them. */
export interface LinkedStaff {
  id: string;
  name: string;
  phone: string;
  wecom_user_id: string | null;
  is_disabled: boolean;
  department_ids: string[];
}

/** Somebody of WeCom who is matched or new; departments by WeCom's numbers. */
export interface PlannedPerson {
  user: WecomUser;
  mine: LinkedStaff | null;
  departmentWecomIds: number[];
  /** Departments of ours that WeCom does not know, which the person keeps. */
  keptDepartmentIds: string[];
}

export interface PlannedChange extends PlannedPerson {
  mine: LinkedStaff;
  name: string;
  phone: string;
  changed: ('name' | 'phone' | 'departments' | 'link')[];
}

export interface StaffPlan {
  added: PlannedPerson[];
  changed: PlannedChange[];
  gone: LinkedStaff[];
  problems: { name: string; reason: string; isConflict: boolean }[];
}

/**
 * WeCom's people beside ours: by the account matched earlier, else by phone. Only who was matched earlier can be gone,
 * and the person who asks is not offered. Departments WeCom does not know stay with a person.
 */
export function planStaff(
  users: readonly WecomUser[],
  ours: readonly LinkedStaff[],
  departments: readonly PlannedDepartment[],
  askingId: string | null,
): StaffPlan {
  const plan: StaffPlan = { added: [], changed: [], gone: [], problems: [] };
  const present = new Set(users.map((one) => one.userId));
  const byUser = new Map(
    ours.flatMap((one) => (one.wecom_user_id === null ? [] : [[one.wecom_user_id, one] as const])),
  );
  const byPhone = new Map(ours.map((one) => [one.phone, one]));
  const matched = new Set<string>();
  const phones = new Map<string, string>();
  for (const user of users) {
    const outcome = matchPerson(user, { byUser, byPhone, present, phones });
    if (user.phone !== '') phones.set(user.phone, user.name);
    if ('mine' in outcome && outcome.mine) matched.add(outcome.mine.id);
    if ('reason' in outcome) {
      plan.problems.push({ name: `${user.name}（${user.userId}）`, ...outcome });
      // A conflict says nothing of whether the person has left.
      const linked = byUser.get(user.userId);
      if (linked) matched.add(linked.id);
      continue;
    }
    const person = placePerson(user, outcome.mine, departments);
    if (person.mine === null) plan.added.push(person);
    else {
      const change = changeOf({ ...person, mine: person.mine }, departments);
      if (change.changed.length > 0) plan.changed.push(change);
    }
  }
  plan.gone = ours.filter(
    (one) => one.wecom_user_id !== null && !one.is_disabled && !matched.has(one.id) && !present.has(one.wecom_user_id),
  );
  const self = plan.gone.find((one) => one.id === askingId);
  if (self) {
    plan.gone = plan.gone.filter((one) => one !== self);
    plan.problems.push({
      name: self.name,
      reason: '已不在企业微信，但不能停用自己，请由其他管理员操作',
      isConflict: false,
    });
  }
  return plan;
}

interface Known {
  byUser: ReadonlyMap<string, LinkedStaff>;
  byPhone: ReadonlyMap<string, LinkedStaff>;
  present: ReadonlySet<string>;
  /** Of people of WeCom already looked at. */
  phones: ReadonlyMap<string, string>;
}

type Match = { mine: LinkedStaff | null } | { reason: string; isConflict: boolean };

function matchPerson(user: WecomUser, { byUser, byPhone, present, phones }: Known): Match {
  const conflict = (reason: string): Match => ({ reason, isConflict: true });
  const skip = (reason: string): Match => ({ reason, isConflict: false });
  if (user.name === '' || user.name.length > 40) return skip('姓名为空或超过 40 个字，请在企业微信中修改');
  const twin = user.phone === '' ? undefined : phones.get(user.phone);
  if (twin !== undefined) return conflict(`与企业微信中的“${twin}”手机号相同，一个手机号只能登记一位员工`);
  const linked = byUser.get(user.userId);
  const holder = user.phone === '' ? undefined : byPhone.get(user.phone);
  if (linked && holder && holder.id !== linked.id) {
    return conflict(`手机号 ${user.phone} 已属于员工“${holder.name}”，请先在员工页改正其中一位的手机号`);
  }
  const mine = linked ?? holder;
  // An account that is gone from WeCom gives its person free: WeCom lets a person's account be renamed.
  if (!linked && holder?.wecom_user_id != null && present.has(holder.wecom_user_id)) {
    return conflict(`手机号 ${user.phone} 已属于员工“${holder.name}”，他对应企业微信账号 ${holder.wecom_user_id}`);
  }
  if (mine?.is_disabled) return skip('在本系统中已停用，没有同步；需要恢复时请在员工页“启用”');
  if (!mine && user.phone === '')
    return skip('没有可用的手机号，不能新增为员工；请在企业微信中补填或允许应用查看手机号');
  return { mine: mine ?? null };
}

function placePerson(
  user: WecomUser,
  mine: LinkedStaff | null,
  departments: readonly PlannedDepartment[],
): PlannedPerson {
  const shared = new Set(departments.map((one) => one.id));
  return {
    user,
    mine,
    departmentWecomIds: departments.filter((one) => user.departmentIds.includes(one.wecomId)).map((one) => one.wecomId),
    keptDepartmentIds: mine?.department_ids.filter((id) => !shared.has(id)) ?? [],
  };
}

function changeOf(
  person: PlannedPerson & { mine: LinkedStaff },
  departments: readonly PlannedDepartment[],
): PlannedChange {
  const { user, mine } = person;
  const phone = user.phone === '' ? mine.phone : user.phone;
  const wanted = departments.filter((one) => person.departmentWecomIds.includes(one.wecomId));
  const ids = [...person.keptDepartmentIds, ...wanted.map((one) => one.id ?? `new ${one.wecomId}`)];
  const isSamePlace = ids.toSorted().join() === mine.department_ids.toSorted().join();
  const changed: PlannedChange['changed'] = [];
  if (mine.name !== user.name) changed.push('name');
  if (mine.phone !== phone) changed.push('phone');
  if (!isSamePlace) changed.push('departments');
  if (mine.wecom_user_id !== user.userId) changed.push('link');
  return { ...person, name: user.name, phone, changed };
}
