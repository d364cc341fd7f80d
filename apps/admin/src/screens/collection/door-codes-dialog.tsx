import { chargeTargetKinds, collectionCodeResource, makeDoorCodes, type TargetKind } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Modal, Radio, Switch } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { ReferenceSelect } from '../../resource-ui/index.ts';

interface DoorForm {
  communityId: string;
  targetKind: TargetKind;
  buildingId?: string | null;
  chargeItemId?: string | null;
  isRemarkRequired: boolean;
}

/** A code for every door of a building or a community, every parking space, or every vehicle. */
export default function DoorCodesDialog({
  communityId,
  onClose,
}: {
  communityId: string | undefined;
  onClose: () => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<DoorForm>();
  const targetKind = Form.useWatch('targetKind', form) ?? 'house';
  const place = Form.useWatch('communityId', form) ?? communityId;
  const make = useMutation({
    mutationFn: ({ buildingId = null, chargeItemId = null, ...values }: DoorForm) =>
      call(makeDoorCodes, {
        body: { ...values, buildingId: values.targetKind === 'house' ? buildingId : null, chargeItemId },
      }),
    onSuccess: async ({ made, existing }) => {
      message.success(`已生成 ${made} 张${existing > 0 ? `，${existing} 张原来就有` : ''}。勾选后可以一起打印`);
      await queries.invalidateQueries({ queryKey: [collectionCodeResource.name] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={460}
      title="生成门牌收款码"
      okText="生成"
      cancelText="取消"
      okButtonProps={{ loading: make.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="muted">
        每户一张，贴在门口、信箱或电表间；车辆的印在月卡上。扫码的人看不到业主姓名；直接付的钱存为这一户（车位、车辆）的预存款。
      </p>
      <Form<DoorForm>
        form={form}
        layout="vertical"
        initialValues={{ communityId, targetKind: 'house', isRemarkRequired: false }}
        onFinish={(values) => make.mutate(values)}
      >
        <Form.Item name="communityId" label="小区" rules={[{ required: true, message: '请选择小区' }]}>
          <ReferenceSelect to="community" />
        </Form.Item>
        <Form.Item name="targetKind" label="用于">
          <Radio.Group options={Object.entries(chargeTargetKinds).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        {targetKind === 'house' ? (
          <Form.Item name="buildingId" label="楼宇" extra="不选：整个小区的房屋">
            <ReferenceSelect to="building" communityId={place} placeholder="全部楼宇" />
          </Form.Item>
        ) : null}
        <Form.Item name="chargeItemId" label="专项" extra="不选：存为通用预存款">
          <ReferenceSelect to="chargeItem" placeholder="通用" />
        </Form.Item>
        <Form.Item name="isRemarkRequired" label="备注必填" valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
      {make.error ? <Alert type="error" showIcon title={errorText(make.error)} /> : null}
    </Modal>
  );
}
