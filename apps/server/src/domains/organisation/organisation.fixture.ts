import { addStaff, createDepartment, type DepartmentView, listDepartments, staffInput } from '@anlin/contract';
import type { z } from 'zod';
import type { TestPerson } from '../../../test/test-app.ts';

let phones = 43_210;

/** A phone nobody of the tests has. */
export function freePhone(): string {
  phones += 1;
  return `136${String(phones).padStart(8, '0')}`;
}

/** Adds a person as the form does; returns the id, phone and initial password, or the code to join by. */
export async function hire(admin: TestPerson, staff: Partial<z.input<typeof staffInput>> & { name: string }) {
  const phone = staff.phone ?? freePhone();
  const body = { ...staffInput.parse({ phone, ...staff }), initialPassword: null };
  const { id, initialPassword, joinCode } = await admin.call(addStaff, { body });
  return { id, phone, initialPassword: initialPassword ?? '', joinCode: joinCode ?? '', body };
}

/** Adds departments by their paths, parents first, and returns their ids. */
export async function addDepartments(admin: TestPerson, paths: readonly string[]): Promise<string[]> {
  const ids = new Map<string, string>();
  for (const path of paths) {
    const names = path.split('/');
    const parentId = ids.get(names.slice(0, -1).join('/')) ?? null;
    const { id } = await admin.call(createDepartment, { body: { parentId, name: names.at(-1)! } });
    ids.set(path, id);
  }
  return [...ids.values()];
}

/** The tree as paths, in order. */
export async function treeOf(admin: TestPerson): Promise<string[]> {
  const { rows } = await admin.call(listDepartments);
  return rows.map((one: DepartmentView) => one.path);
}
