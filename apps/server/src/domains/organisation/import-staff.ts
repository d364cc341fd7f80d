import { randomBytes } from 'node:crypto';
import { DomainError, type DuplicatePolicy, type StaffInput } from '@anlin/contract';
import { hashPassword } from '../../platform/auth/password.ts';
import type { Context } from '../../platform/context.ts';
import { sql } from '../../platform/database/sql.ts';
import { addStaff } from './add-staff.ts';
import { addDepartment } from './create-department.ts';
import { type DepartmentNode, readDepartments } from './department.queries.ts';
import { editStaff, inputOf } from './edit-staff.ts';
import { lockOrganisation } from './lock-organisation.ts';
import { departmentsOf } from './place-staff.ts';
import { lockStaff } from './staff.queries.ts';

/** A row of a sheet of staff. Keys of columns the sheet does not have are absent; empty cells never wipe out what is there. */
export interface StaffImportRow
  extends Partial<
    Omit<StaffInput, 'departmentIds' | 'photoFileId' | 'name' | 'phone' | 'maySignInPc' | 'maySignInPhone'>
  > {
  name: string;
  phone: string;
  /** Paths such as `工程部/维修组`. */
  departments?: readonly string[];
  /** Whether departments that do not exist are to be created. */
  createsDepartments?: boolean | null;
  initialPassword?: string;
}

export interface StaffImportFailure {
  row: number;
  key: string;
  message: string;
}

interface NumberedRow {
  number: number;
  row: StaffImportRow;
}

/** What the database has against these rows, and how many people are there already. Writes nothing. */
export async function verifyStaffImport(
  ctx: Context,
  rows: readonly NumberedRow[],
): Promise<{ failures: StaffImportFailure[]; existing: number[] }> {
  const known = await peopleByPhone(ctx, rows);
  const holders = await holdersOfNumbers(ctx, rows);
  const all = await readDepartments(ctx);
  const failures: StaffImportFailure[] = [];
  for (const { number, row } of rows) {
    const holder = row.number ? holders.get(row.number) : undefined;
    if (holder && holder.phone !== row.phone) {
      const message = `工号“${row.number}”已被“${holder.name}”使用，请核对工号或手机号`;
      failures.push({ row: number, key: 'number', message });
    }
    const missing = row.departments?.find((path) => findPath(all, path) === undefined);
    if (missing === undefined) continue;
    const message = missingDepartment(ctx, row, missing);
    if (message) failures.push({ row: number, key: 'departments', message });
  }
  return { failures, existing: rows.filter(({ row }) => known.has(row.phone)).map(({ number }) => number) };
}

function missingDepartment(ctx: Context, row: StaffImportRow, path: string): string | null {
  if (row.createsDepartments !== true)
    return `没有部门“${path}”。请先在“组织架构”中新增，或在“新建部门”一列填“是”，导入时自动新建`;
  return ctx.permissions.has('department.edit') ? null : `没有部门“${path}”，您也没有新增部门的权限，请联系管理员`;
}

/**
 * Writes rows: new people with an account each; what becomes of known ones (by phone) is the policy's to say
 * (`duplicatePolicy` of the contract), their departments being what a policy adds or replaces. Nobody learns the
 * passwords of accounts made without one in the sheet: they are reset before the person first signs in. Repeatable.
 */
export async function importStaff(
  ctx: Context,
  rows: readonly NumberedRow[],
  policy: DuplicatePolicy,
): Promise<{ added: number; updated: number; skipped: number; failures: StaffImportFailure[] }> {
  await lockOrganisation(ctx);
  const known = await peopleByPhone(ctx, rows);
  const unknownPassword = await hashPassword(randomBytes(24).toString('base64'));
  const sum = { added: 0, updated: 0, skipped: 0, failures: [] as StaffImportFailure[] };
  for (const { number, row } of rows) {
    const id = known.get(row.phone);
    try {
      if (id === undefined && policy === 'updateOnly') sum.failures.push(notThere(number));
      else if (id !== undefined && policy === 'skip') sum.skipped += 1;
      else sum[await inSavepoint(ctx, () => writeRow(ctx, row, id, policy, unknownPassword))] += 1;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      sum.failures.push({ row: number, key: error.fields[0]?.path ?? 'phone', message: error.message });
    }
  }
  return sum;
}

function notThere(row: number): StaffImportFailure {
  const message = '没有使用这个手机号的员工，未新建（您选择了“仅更新”）。请核对手机号，或改用其他处理方式';
  return { row, key: 'phone', message };
}

/** One person refused must leave nothing of theirs behind. */
async function inSavepoint<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  await ctx.tx.client.query('savepoint staff_row');
  try {
    const result = await work();
    await ctx.tx.client.query('release savepoint staff_row');
    return result;
  } catch (error) {
    await ctx.tx.client.query('rollback to savepoint staff_row');
    throw error;
  }
}

async function writeRow(
  ctx: Context,
  row: StaffImportRow,
  id: string | undefined,
  policy: DuplicatePolicy,
  unknownPassword: string,
): Promise<'added' | 'updated' | 'skipped'> {
  const departmentIds = policy === 'updateOnly' ? [] : await departmentIdsOf(ctx, row.departments ?? []);
  const { departments: _, createsDepartments: __, initialPassword, ...facts } = row;
  if (id === undefined) {
    const staff = { ...blank, ...facts, departmentIds };
    await addStaff(ctx, { ...staff, initialPassword: initialPassword || null }, unknownPassword);
    return 'added';
  }
  const [person] = await lockStaff(ctx, [id]);
  const before = inputOf(person!, await departmentsOf(ctx, id));
  const given = Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== '' && value !== null && value !== undefined),
  );
  const kept = policy === 'replace' && departmentIds.length > 0 ? [] : before.departmentIds;
  const after = { ...before, ...given, departmentIds: [...new Set([...kept, ...departmentIds])] };
  if (isSame(before, after)) return 'skipped';
  await editStaff(ctx, { ...after, id, version: person!.version });
  return 'updated';
}

function isSame(before: StaffInput, after: StaffInput): boolean {
  const text = (one: StaffInput) => JSON.stringify({ ...one, departmentIds: one.departmentIds.toSorted() });
  return text(before) === text(after);
}

const blank: Omit<StaffInput, 'name' | 'phone' | 'departmentIds'> = {
  number: '',
  sex: null,
  nickname: '',
  wechat: '',
  email: '',
  wecomUserId: '',
  position: '',
  joinedOn: null,
  expiresOn: null,
  note: '',
  photoFileId: null,
  maySignInPc: true,
  maySignInPhone: true,
  isShownToResidents: false,
  skills: '',
  introduction: '',
};

/** Departments of these paths; what is missing is made, level by level. `verifyStaffImport` has asked whether it may be. */
async function departmentIdsOf(ctx: Context, paths: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const path of paths) {
    let all = await readDepartments(ctx);
    let parentId: string | null = null;
    for (const name of path.split('/')) {
      const found: DepartmentNode | undefined = all.find((one) => one.parent_id === parentId && one.name === name);
      if (found) parentId = found.id;
      else {
        parentId = await addDepartment(ctx, all, { parentId, name });
        all = await readDepartments(ctx);
      }
    }
    if (parentId !== null) ids.push(parentId);
  }
  return [...new Set(ids)];
}

function findPath(all: readonly DepartmentNode[], path: string): string | undefined {
  let parentId: string | null = null;
  for (const name of path.split('/')) {
    const found: DepartmentNode | undefined = all.find((one) => one.parent_id === parentId && one.name === name);
    if (!found) return undefined;
    parentId = found.id;
  }
  return parentId ?? undefined;
}

async function peopleByPhone(ctx: Context, rows: readonly NumberedRow[]): Promise<Map<string, string>> {
  const found = await ctx.tx.rows<{ id: string; phone: string }>(sql`select id, phone from staff
    where company_id = ${ctx.companyId} and phone = any (${rows.map(({ row }) => row.phone)}::text[])`);
  return new Map(found.map((one) => [one.phone, one.id]));
}

async function holdersOfNumbers(ctx: Context, rows: readonly NumberedRow[]) {
  const numbers = rows.flatMap(({ row }) => (row.number ? [row.number] : []));
  const found = await ctx.tx.rows<{
    number: string;
    name: string;
    phone: string;
  }>(sql`select number, name, phone from staff
    where company_id = ${ctx.companyId} and number = any (${numbers}::text[])`);
  return new Map(found.map((one) => [one.number, one]));
}
