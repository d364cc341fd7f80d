import { type DepartmentView, moveDepartment, staffResource } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Form, Modal, Select, TreeSelect } from 'antd';
import { useState } from 'react';
import { call, errorText } from '../../api/api.ts';
import { departmentItems, departmentKey } from './departments.ts';

interface MoveDialogProps {
  all: readonly DepartmentView[];
  department: DepartmentView;
  onClose: () => void;
}

const company = 'company';
const last = 'last';

/** Another parent, or another place among its siblings: what dragging does, for the keyboard. */
export function MoveDialog({ all, department, onClose }: MoveDialogProps) {
  const [parent, setParent] = useState(department.parentId ?? company);
  const [before, setBefore] = useState(last);
  const queries = useQueryClient();
  const parentId = parent === company ? null : parent;
  const move = useMutation({
    mutationFn: () =>
      call(moveDepartment, {
        params: { id: department.id },
        body: { parentId, beforeId: before === last ? null : before },
      }),
    async onSuccess() {
      await Promise.all(
        [departmentKey, [staffResource.name]].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
      onClose();
    },
  });
  const others = all.filter(({ id, path }) => id !== department.id && !path.startsWith(`${department.path}/`));
  const siblings = others.filter((one) => one.parentId === parentId);
  return (
    <Modal
      open
      title={`移动“${department.path}”`}
      okText="移动"
      cancelText="取消"
      confirmLoading={move.isPending}
      onOk={() => move.mutate()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item label="上级" htmlFor="move-parent">
          <TreeSelect
            id="move-parent"
            treeDefaultExpandAll
            showSearch={{ treeNodeFilterProp: 'title' }}
            value={parent}
            treeData={[{ value: company, key: company, title: '公司', children: departmentItems(others) }]}
            onChange={(value: string) => {
              setParent(value);
              setBefore(last);
            }}
          />
        </Form.Item>
        <Form.Item label="位置" htmlFor="move-before">
          <Select
            id="move-before"
            value={before}
            options={[
              ...siblings.map(({ id, name }) => ({ value: id, label: `“${name}”之前` })),
              { value: last, label: '最后' },
            ]}
            onChange={setBefore}
          />
        </Form.Item>
        {move.error ? <Alert type="error" showIcon title={errorText(move.error)} /> : null}
      </Form>
    </Modal>
  );
}
