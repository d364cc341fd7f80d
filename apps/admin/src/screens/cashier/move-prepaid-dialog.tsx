import type { TargetKind } from '@anlin/contract';
import {
  chargeTargetKinds,
  movePrepaidMoney,
  prepaidAccountResource,
  prepaidMovementResource,
  type ResourceRow,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Radio } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { groupThousands, ReferenceSelect } from '../../resource-ui/index.ts';
import { targetKindOptions } from '../charging/target-kinds.ts';
import { amountRule } from './typed-amount.ts';

interface MoveForm {
  targetKind: TargetKind;
  targetId: string;
  chargeItemId?: string | null;
  amount: string;
  reason: string;
}

/** Moves prepaid money of one account to another house, parking space, vehicle or item. */
export default function MovePrepaidDialog({ row, onClose }: { row: ResourceRow; onClose: () => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<MoveForm>();
  const targetKind = Form.useWatch('targetKind', form) ?? 'house';
  const move = useMutation({
    mutationFn: ({ chargeItemId = null, ...rest }: MoveForm) =>
      call(movePrepaidMoney, { params: { id: row.id }, body: { ...rest, chargeItemId } }),
    onSuccess: async ({ left, balance }) => {
      message.success(`已转移。本账户余 ${groupThousands(left)} 元，转入账户余 ${groupThousands(balance)} 元`);
      await queries.invalidateQueries({ queryKey: [prepaidAccountResource.name] });
      await queries.invalidateQueries({ queryKey: [prepaidMovementResource.name] });
      onClose();
    },
  });
  return (
    <Modal
      open
      width={460}
      title={`转移“${String(row.targetLabel)}”的${String(row.accountName)}预存`}
      okText="转移"
      cancelText="取消"
      okButtonProps={{ loading: move.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p className="muted">
        {`可转实缴的 ${groupThousands(String(row.paid))} 元${Number(row.bonus) > 0 ? `；赠送的 ${groupThousands(String(row.bonus))} 元只能冲抵账单` : ''}`}
      </p>
      <Form<MoveForm>
        form={form}
        layout="vertical"
        initialValues={{ targetKind: 'house' }}
        onFinish={(values) => move.mutate(values)}
      >
        <Form.Item name="targetKind" label="转到">
          <Radio.Group options={targetKindOptions} onChange={() => form.resetFields(['targetId'])} />
        </Form.Item>
        <Form.Item
          name="targetId"
          label={chargeTargetKinds[targetKind]}
          rules={[{ required: true, message: '请选择转到哪里' }]}
        >
          <ReferenceSelect key={targetKind} to={targetKind} placeholder="输入房号、车位号或车牌查找" />
        </Form.Item>
        <Form.Item name="chargeItemId" label="专项" help="不选：通用预存">
          <ReferenceSelect to="chargeItem" placeholder="通用" />
        </Form.Item>
        <Form.Item name="amount" label="金额" rules={[amountRule(String(row.paid), '实缴部分')]}>
          <Input className="figures" inputMode="decimal" suffix="元" />
        </Form.Item>
        <Form.Item name="reason" label="原因" rules={[{ required: true, whitespace: true, message: '请填写原因' }]}>
          <Input.TextArea maxLength={200} autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
      </Form>
      {move.error ? <Alert type="error" showIcon title={errorText(move.error)} /> : null}
    </Modal>
  );
}
