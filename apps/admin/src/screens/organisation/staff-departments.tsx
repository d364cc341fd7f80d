import { staffDepartmentFilter } from '@anlin/contract';
import { Alert, Empty, Skeleton, Tree } from 'antd';
import { errorText } from '../../api/api.ts';
import { type ListState, withFilter } from '../../resource-ui/index.ts';
import { departmentItems, useDepartments } from './departments.ts';

interface StaffDepartmentsProps {
  state: ListState;
  setState: (state: ListState) => void;
}

/** Departments beside the staff: one narrows the list to its people and those of the departments below it. */
export default function StaffDepartments({ state, setState }: StaffDepartmentsProps) {
  const { data, error } = useDepartments();
  if (error) return <Alert type="error" showIcon title={errorText(error)} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 6 }} />;
  if (data.length === 0) {
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description="还没有部门，请先在“组织架构”中新增" />;
  }
  const chosen = state.filter[staffDepartmentFilter];
  return (
    <Tree
      blockNode
      defaultExpandAll
      treeData={departmentItems(data)}
      selectedKeys={Array.isArray(chosen) ? chosen : []}
      onSelect={(keys) =>
        setState(withFilter(state, staffDepartmentFilter, keys.length === 0 ? undefined : keys.map(String)))
      }
    />
  );
}
