import { moveIn, moveResidentIn, type OccupancyRole, occupancyRoles } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';
import { DayField } from '../estate/day-field.tsx';
import { todayText } from '../estate/today.ts';

interface MoveInDialogProps {
  /** Left out, the house is chosen in the dialog. */
  houseId?: string;
  houseLabel?: string;
  communityId?: string | undefined;
  /** A person who is known already: they get one more house. */
  resident?: { id: string; name: string };
  onClose: () => void;
}

interface MoveInForm {
  houseId: string;
  name: string;
  phone: string;
  role: OccupancyRole;
  movedInOn: string;
  validUntil: string | null;
}

export const phoneRule = { pattern: /^(1\d{10}|0\d{2,3}-?\d{7,8})?$/, message: '应为 11 位手机号或带区号的座机号' };
export const roleOptions = Object.entries(occupancyRoles).map(([value, label]) => ({ value, label }));

/** Moves a person in: who, how they are reached, as what, from when on and until when. */
export function MoveInDialog({ houseId, houseLabel, communityId, resident, onClose }: MoveInDialogProps) {
  const [form] = Form.useForm<MoveInForm>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    async mutationFn({ houseId: chosen, name, phone, role, movedInOn, validUntil }: MoveInForm) {
      const house = houseId ?? chosen;
      const stay = { role, movedInOn, validUntil: validUntil || null };
      if (resident) await call(moveResidentIn, { params: { id: resident.id }, body: { houseId: house, ...stay } });
      else await call(moveIn, { params: { id: house }, body: { name, phone: phone ?? '', ...stay } });
    },
    async onSuccess() {
      message.success('已迁入');
      onClose();
      await queries.invalidateQueries();
    },
  });
  const subject = [resident?.name, '迁入', houseLabel].filter(Boolean).join(' ');
  return (
    <Modal
      open
      title={subject}
      okText="迁入"
      cancelText="取消"
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ role: 'owner', movedInOn: todayText() }}
        onFinish={(values) => save.mutate(values)}
      >
        {houseId ? null : (
          <Form.Item name="houseId" label="房屋" rules={[{ required: true, message: '请选择房屋' }]}>
            <ReferenceSelect to="house" communityId={communityId} placeholder="房号、姓名、电话尾号、车牌" />
          </Form.Item>
        )}
        {resident ? null : (
          <>
            <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
              <Input autoFocus maxLength={40} />
            </Form.Item>
            <Form.Item name="phone" label="电话" rules={[phoneRule]} extra="电话已登记过的住户只保存一份资料">
              <Input maxLength={20} />
            </Form.Item>
          </>
        )}
        <Form.Item name="role" label="身份">
          <Select options={roleOptions} />
        </Form.Item>
        <Form.Item name="movedInOn" label="迁入日期" rules={[{ required: true, message: '请填写迁入日期' }]}>
          <DayField />
        </Form.Item>
        <Form.Item name="validUntil" label="有效期至" extra="含当天。到期次日自动迁出；不填为长期">
          <DayField />
        </Form.Item>
        {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
      </Form>
    </Modal>
  );
}
