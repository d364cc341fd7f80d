import { pinyinOf } from '../domains/estate/index.ts';
import type { Context } from '../platform/context.ts';
import { nowText } from '../platform/context.ts';
import { sql } from '../platform/database/sql.ts';
import type { Community } from './draw-estate.ts';
import { insertRows } from './insert-rows.ts';
import { type DemoPerson, demoStaff, departmentOfPost } from './staff-list.ts';

export interface DemoStaff {
  idOf(key: string): string;
  nameOf(key: string): string;
  adminKey: string;
  /** Who raises the bills. */
  chargingKey: string;
}

/** Adds the staff of a company with one password for all, worked out once: it takes a fiftieth of a second on purpose. */
export async function writeStaff(
  ctx: Context,
  communities: readonly Community[],
  passwordHash: string,
): Promise<DemoStaff> {
  const { companyId, tx } = ctx;
  const at = nowText(ctx);
  const people = demoStaff
    .filter((person) => person.companyId === companyId)
    .map((person) => ({ ...person, ...pinyinOf(person.name), id: ctx.newId(), accountId: ctx.newId() }));
  await tx.run(sql`insert into account (id, phone, password_hash, created_at)
    select a.id, a.phone, ${passwordHash}, ${at} from unnest(${people.map((one) => one.accountId)}::uuid[],
      ${people.map((one) => one.phone)}::text[]) as a (id, phone)`);
  await insertRows(
    tx,
    companyId,
    'staff',
    {
      id: ['uuid', (row) => row.id],
      account_id: ['uuid', (row) => row.accountId],
      name: ['text', (row) => row.name],
      phone: ['text', (row) => row.phone],
      position: ['text', (row) => row.group],
      has_all_communities: ['boolean', (row) => row.communities === '*'],
      number: ['text', (row) => `A${row.phone.slice(-3)}`],
      pinyin: ['text', (row) => row.pinyin],
      pinyin_initials: ['text', (row) => row.pinyinInitials],
      is_shown_to_residents: ['boolean', (row) => row.group === '维修'],
      skills: ['text', (row) => (row.group === '维修' ? '水电、门锁、管道疏通' : '')],
      created_at: ['timestamptz', () => at],
    },
    people,
  );
  await writeDepartments(ctx, people);
  await tx.run(sql`insert into staff_permission_group (company_id, staff_id, permission_group_id)
    select g.company_id, p.staff_id, g.id from unnest(${people.map((one) => one.id)}::uuid[], ${people.map((one) => one.group)}::text[])
      as p (staff_id, name) join permission_group g on g.company_id = ${companyId} and g.name = p.name`);
  const scopes = people.flatMap(({ id, communities: codes }) =>
    communities
      .filter((one) => codes !== '*' && codes.includes(one.plan.code))
      .map((one) => ({ staffId: id, communityId: one.id })),
  );
  await insertRows(
    tx,
    companyId,
    'staff_community',
    {
      staff_id: ['uuid', (row) => row.staffId],
      community_id: ['uuid', (row) => row.communityId],
    },
    scopes,
  );
  const find = (key: string) => people.find((person) => person.key === key)!;
  const keyOf = (group: DemoPerson['group']) => people.find((person) => person.group === group)?.key;
  const adminKey = keyOf('管理员')!;
  return {
    idOf: (key) => find(key).id,
    nameOf: (key) => find(key).name,
    adminKey,
    chargingKey: keyOf('收费主管') ?? adminKey,
  };
}

/** The departments the people work in, each headed by the first of its people. */
async function writeDepartments(
  ctx: Context,
  people: readonly { id: string; group: DemoPerson['group'] }[],
): Promise<void> {
  const at = nowText(ctx);
  const paths = [...new Set(people.map((one) => departmentOfPost[one.group]))];
  const places = [...new Set(paths.flatMap((path) => [path.split('/')[0]!, path]))].map((path, place) => ({
    id: ctx.newId(),
    path,
    place: place + 1,
  }));
  const idOf = (path: string) => places.find((one) => one.path === path)?.id ?? null;
  const peopleOf = (path: string) => people.filter((one) => departmentOfPost[one.group] === path);
  await insertRows(
    ctx.tx,
    ctx.companyId,
    'department',
    {
      id: ['uuid', (row) => row.id],
      parent_id: ['uuid', (row) => (row.path.includes('/') ? idOf(row.path.split('/')[0]!) : null)],
      name: ['text', (row) => row.path.split('/').at(-1)!],
      manager_id: ['uuid', (row) => peopleOf(row.path)[0]?.id ?? null],
      sort_order: ['int', (row) => row.place],
      created_at: ['timestamptz', () => at],
      updated_at: ['timestamptz', () => at],
    },
    places,
  );
  await insertRows(
    ctx.tx,
    ctx.companyId,
    'staff_department',
    {
      staff_id: ['uuid', (row) => row.id],
      department_id: ['uuid', (row) => idOf(departmentOfPost[row.group])],
    },
    people,
  );
}
