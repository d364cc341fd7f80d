import { createDepartment, type DepartmentView, editDepartment, staffResource } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Form, Input, Modal } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';
import { useCan } from '../../session/session-context.ts';
import { departmentKey } from './departments.ts';

interface DepartmentDialogProps {
  /** Given: it is changed; else a new one comes below `parent`, or below the company. */
  department?: DepartmentView;
  parent?: DepartmentView | undefined;
  onClose: () => void;
  onSaved?: (id: string | undefined) => void;
}

interface DepartmentForm {
  name: string;
  managerId: string | null;
}

/** Name of a department, and its head once it is there. */
export function DepartmentDialog({ department, parent, onClose, onSaved }: DepartmentDialogProps) {
  const maySeeStaff = useCan()('staff.view');
  const [form] = Form.useForm<DepartmentForm>();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: async ({ name, managerId }: DepartmentForm) => {
      if (department) {
        const head = maySeeStaff ? (managerId ?? null) : department.managerId;
        await call(editDepartment, { params: { id: department.id }, body: { name, managerId: head } });
        return undefined;
      }
      return (await call(createDepartment, { body: { name, parentId: parent?.id ?? null } })).id;
    },
    async onSuccess(id) {
      await Promise.all(
        [departmentKey, [staffResource.name]].map((queryKey) => queries.invalidateQueries({ queryKey })),
      );
      onSaved?.(id);
      onClose();
    },
  });
  const title = department ? `修改部门“${department.name}”` : parent ? `在“${parent.path}”下新增部门` : '新增部门';
  return (
    <Modal
      open
      title={title}
      okText="保存"
      cancelText="取消"
      confirmLoading={save.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<DepartmentForm>
        form={form}
        layout="vertical"
        initialValues={{ name: department?.name ?? '', managerId: department?.managerId ?? null }}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item
          name="name"
          label="部门名称"
          rules={[
            { required: true, whitespace: true, message: '请填写部门名称' },
            { pattern: /^[^/／]*$/, message: '不能有“/”，它用来隔开上下级部门' },
          ]}
        >
          <Input maxLength={40} autoFocus />
        </Form.Item>
        {department && maySeeStaff ? (
          <Form.Item name="managerId" label="负责人" extra="审批流程中的“部门负责人”">
            <ReferenceSelect to="staff" placeholder="输入姓名查找" />
          </Form.Item>
        ) : null}
        {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
      </Form>
    </Modal>
  );
}
