import type { Context } from '../../platform/context.ts';
import { importTags } from '../estate/index.ts';
import { addPeople, changePeople, type PersonValues } from './import-people.ts';
import { addStays, changeStays, type StayChange, staysOf } from './import-stays.ts';
import { recognisePeople } from './recognise-people.ts';
import type { NumberedResident, ResidentImport } from './resident-import.ts';
import { importWecomAddresses, refuseTakenWecom } from './wecom-address.ts';

export interface ResidentImportFailure {
  row: number;
  key: 'phone' | 'idCard' | 'name' | 'validUntil' | 'wecomId';
  message: string;
}

/** What the database has against these rows, and which of them are there: the person lives in the house. Writes nothing. */
export async function verifyResidentImport(
  ctx: Context,
  { today }: Omit<ResidentImport, 'policy'>,
  rows: readonly NumberedResident[],
): Promise<{ failures: ResidentImportFailure[]; existing: number[] }> {
  const { people, failures } = await recognisePeople(ctx, rows);
  const stays = await staysOf(ctx, rows, people);
  const refused: ResidentImportFailure[] = [...failures, ...(await refuseTakenWecom(ctx, rows, people))];
  for (const { number, row } of rows) {
    const from = row.movedInOn ?? stays.get(number)?.movedInOn ?? today;
    if (!row.validUntil || row.validUntil >= from) continue;
    refused.push({ row: number, key: 'validUntil', message: `有效期早于迁入日期 ${from}，请核对` });
  }
  return { failures: refused, existing: [...stays.keys()] };
}

interface Written {
  number: number;
  id: string;
  isNew: boolean;
  isChanged: boolean;
  isCounted?: true;
}

/**
 * Writes a chunk by a few statements: people nobody knows are made, everybody moves into the house of their row, and
 * what becomes of those who live there is the policy's to say (`duplicatePolicy` of the contract), role and tags being
 * what it replaces or adds. Rows must have been verified. Repeatable: whoever lives there does not move in again.
 */
export async function importResidents(
  ctx: Context,
  options: ResidentImport,
  rows: readonly NumberedResident[],
): Promise<{
  added: number;
  updated: number;
  skipped: number;
  failures: ResidentImportFailure[];
  rows: Written[];
}> {
  const { policy } = options;
  const { people } = await recognisePeople(ctx, rows);
  const stays = await staysOf(ctx, rows, people);
  const missing = rows.filter((one) => !stays.has(one.number));
  const failures = policy === 'updateOnly' ? missing.map(({ number }) => notThere(number)) : [];
  const arriving = policy === 'updateOnly' ? [] : missing;
  const made = await addPeople(
    ctx,
    arriving.filter((one) => !people.has(one.number)),
  );
  const idOf = ({ number }: NumberedResident) => people.get(number)?.id ?? made.get(number) ?? '';
  await addStays(
    ctx,
    options,
    arriving.map((one) => ({ residentId: idOf(one), ...one.row })),
  );
  // Where what is there stays, a new stay alone is added to somebody who is known.
  const lost = new Set(failures.map((one) => one.row));
  const known = policy === 'skip' ? [] : rows.filter((one) => people.has(one.number) && !lost.has(one.number));
  const changedPeople = await changePeople(
    ctx,
    known.map((one): PersonValues => ({ id: idOf(one), row: one.row })),
  );
  const staying = known.filter((one) => stays.has(one.number));
  const changedStays = await changeStays(
    ctx,
    options,
    staying.map((one): StayChange => ({ number: one.number, stay: stays.get(one.number)!, row: one.row })),
  );
  const isNew = ({ number }: NumberedResident) => made.has(number);
  const touched = [...rows.filter(isNew), ...known];
  const retagged = await importTags(
    ctx,
    'resident',
    null,
    policy === 'updateOnly' ? [] : touched.map((one) => ({ id: idOf(one), names: one.row.tags ?? [] })),
    policy === 'replace' ? 'replace' : 'add',
  );
  const readdressed = await importWecomAddresses(
    ctx,
    touched.map((one) => ({ residentId: idOf(one), address: one.row.wecomId ?? '' })),
  );
  const isUpdated = (one: NumberedResident) =>
    changedPeople.has(idOf(one)) ||
    changedStays.has(one.number) ||
    retagged.has(idOf(one)) ||
    readdressed.has(idOf(one));
  const updated = staying.filter(isUpdated).length;
  const arrived = new Set(arriving);
  return {
    added: arriving.length,
    updated,
    skipped: rows.length - arriving.length - updated - failures.length,
    failures,
    rows: touched.map((one) => ({
      number: one.number,
      id: idOf(one),
      isNew: isNew(one),
      isChanged: changedPeople.has(idOf(one)),
      ...(arrived.has(one) || isUpdated(one) ? { isCounted: true as const } : {}),
    })),
  };
}

function notThere(row: number): ResidentImportFailure {
  const message = '这套房屋里没有这个人，未新建（您选择了“仅更新”）。请核对姓名、手机号和房屋，或改用其他处理方式';
  return { row, key: 'name', message };
}
