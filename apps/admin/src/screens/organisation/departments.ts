import { type DepartmentView, listDepartments } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import type { TreeDataNode } from 'antd';
import { call } from '../../api/api.ts';

/** All queries of the organisation begin with it. */
export const departmentKey = [listDepartments.id];

/** The tree as the server lists it: parents before children. Not asked for by people who may not see it. */
export function useDepartments(isEnabled = true) {
  return useQuery({
    queryKey: departmentKey,
    queryFn: async ({ signal }) => (await call(listDepartments, { signal })).rows,
    enabled: isEnabled,
  });
}

export interface DepartmentItem extends TreeDataNode {
  key: string;
  value: string;
  title: string;
  department: DepartmentView;
  children: DepartmentItem[];
}

/** The list as a tree for `Tree` and `TreeSelect`. */
export function departmentItems(rows: readonly DepartmentView[], parentId: string | null = null): DepartmentItem[] {
  return rows
    .filter((row) => row.parentId === parentId)
    .map((department) => ({
      key: department.id,
      value: department.id,
      title: department.name,
      department,
      children: departmentItems(rows, department.id),
    }));
}
