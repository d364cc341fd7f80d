import { moveIn, type OccupancyRole, occupancyRoles } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';
import { todayText } from './today.ts';

interface MoveInDialogProps {
  /** Left out, the house is chosen in the dialog. */
  houseId?: string;
  houseLabel?: string;
  communityId?: string | undefined;
  onClose: () => void;
}

interface MoveInForm {
  houseId: string;
  name: string;
  phone: string;
  role: OccupancyRole;
  movedInOn: string;
}

const phoneRule = { pattern: /^(1\d{10}|0\d{2,3}-?\d{7,8})?$/, message: '应为 11 位手机号或带区号的座机号' };

/** Moves a person in: who, how they are reached, as what, from when on. */
export function MoveInDialog({ houseId, houseLabel, communityId, onClose }: MoveInDialogProps) {
  const [form] = Form.useForm<MoveInForm>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: ({ houseId: chosen, ...body }: MoveInForm) =>
      call(moveIn, { params: { id: houseId ?? chosen }, body: { ...body, phone: body.phone ?? '' } }),
    async onSuccess() {
      message.success('已迁入');
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <Modal
      open
      title={houseLabel ? `迁入 ${houseLabel}` : '迁入'}
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
            <ReferenceSelect to="house" communityId={communityId} placeholder="输入房号查找" />
          </Form.Item>
        )}
        <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
          <Input autoFocus maxLength={40} />
        </Form.Item>
        <Form.Item name="phone" label="电话" rules={[phoneRule]} extra="电话已登记过的住户只保存一份资料">
          <Input maxLength={20} />
        </Form.Item>
        <Form.Item name="role" label="身份">
          <Select options={Object.entries(occupancyRoles).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item name="movedInOn" label="迁入日期" rules={[{ required: true, message: '请填写迁入日期' }]}>
          <Input type="date" />
        </Form.Item>
        {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
      </Form>
    </Modal>
  );
}
