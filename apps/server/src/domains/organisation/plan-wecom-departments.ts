import type { DepartmentNode } from './department.queries.ts';
import type { WecomDepartment } from './read-wecom-directory.ts';

export interface LinkedDepartment extends DepartmentNode {
  /** Its number in WeCom; null: never matched. A bigint column, text to compare. */
  wecom_department_id: bigint | null;
}

/** A department of WeCom beside ours; parents come before children. */
export interface PlannedDepartment {
  wecomId: number;
  /** Of WeCom; null below the company itself. */
  parentWecomId: number | null;
  name: string;
  path: string;
  /** Ours, where there is one. */
  id: string | null;
  formerPath: string;
  step: 'create' | 'change' | 'link' | 'same';
}

export interface DepartmentPlan {
  departments: PlannedDepartment[];
  problems: { name: string; reason: string; isConflict: boolean }[];
}

/**
 * WeCom's tree beside ours: by the number matched earlier, else by the path. WeCom's top is the company itself; a
 * department whose parent the application cannot see stands below the company. Names we cannot carry are left out with
 * all below them.
 */
export function planDepartments(theirs: readonly WecomDepartment[], ours: readonly LinkedDepartment[]): DepartmentPlan {
  const plan: DepartmentPlan = { departments: [], problems: [] };
  const known = new Set(theirs.map((one) => one.id));
  const roots = theirs.filter((one) => one.parentId === 0);
  const isTop = (one: WecomDepartment) =>
    one.parentId !== 0 && (!known.has(one.parentId) || roots.some((root) => root.id === one.parentId));
  const taken = new Set<string>();
  const visit = (one: WecomDepartment, parent: PlannedDepartment | null): void => {
    const path = parent === null ? one.name : `${parent.path}/${one.name}`;
    if (one.name === '' || one.name.length > 40 || /[/／]/.test(one.name)) {
      const reason = '部门名称为空、超过 40 个字或含有“/”，连同它的下级都没有同步。请在企业微信中改名';
      return void plan.problems.push({ name: `部门 ${path}`, reason, isConflict: false });
    }
    const mine = findOurs(ours, one, parent, taken);
    if (mine) taken.add(mine.id);
    const planned: PlannedDepartment = {
      wecomId: one.id,
      parentWecomId: parent?.wecomId ?? null,
      name: one.name,
      path,
      id: mine?.id ?? null,
      formerPath: mine ? pathOf(ours, mine.id) : '',
      step: stepOf(mine, one, parent),
    };
    plan.departments.push(planned);
    for (const child of theirs) if (child.parentId === one.id) visit(child, planned);
  };
  for (const one of theirs) if (isTop(one)) visit(one, null);
  return plan;
}

function findOurs(
  ours: readonly LinkedDepartment[],
  one: WecomDepartment,
  parent: PlannedDepartment | null,
  taken: ReadonlySet<string>,
): LinkedDepartment | undefined {
  const linked = ours.find((mine) => mine.wecom_department_id === BigInt(one.id));
  if (linked || (parent !== null && parent.id === null)) return linked;
  return ours.find(
    (mine) =>
      mine.wecom_department_id === null &&
      mine.parent_id === (parent?.id ?? null) &&
      mine.name === one.name &&
      !taken.has(mine.id),
  );
}

function stepOf(
  mine: LinkedDepartment | undefined,
  one: WecomDepartment,
  parent: PlannedDepartment | null,
): PlannedDepartment['step'] {
  if (!mine) return 'create';
  if (mine.name !== one.name || (parent === null ? mine.parent_id !== null : mine.parent_id !== parent.id)) {
    return 'change';
  }
  return mine.wecom_department_id === null ? 'link' : 'same';
}

export function pathOf(ours: readonly DepartmentNode[], id: string): string {
  const one = ours.find((node) => node.id === id);
  if (!one) return '';
  return one.parent_id === null ? one.name : `${pathOf(ours, one.parent_id)}/${one.name}`;
}
