import { editOccupancy, type OccupancyRole, type OccupancyView } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Modal, Select } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { DayField } from '../estate/day-field.tsx';
import { roleOptions } from './move-in-dialog.tsx';

/** As what, and until when, somebody lives in a house. */
export function OccupancyDialog({ stay, onClose }: { stay: OccupancyView; onClose: () => void }) {
  const [form] = Form.useForm<{ role: OccupancyRole; validUntil: string | null }>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: ({ role, validUntil }: { role: OccupancyRole; validUntil: string | null }) =>
      call(editOccupancy, {
        params: { id: stay.id },
        body: { version: stay.version, role, validUntil: validUntil || null },
      }),
    async onSuccess() {
      message.success('已修改');
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal
      open
      width={420}
      title={`${stay.name}在 ${stay.houseLabel}`}
      okText="保存"
      cancelText="取消"
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ role: stay.role, validUntil: stay.validUntil }}
        onFinish={(values) => save.mutate(values)}
      >
        <Form.Item name="role" label="身份">
          <Select options={roleOptions} />
        </Form.Item>
        <Form.Item name="validUntil" label="有效期至" extra="含当天。到期次日自动迁出；不填为长期">
          <DayField />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
