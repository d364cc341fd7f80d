import {
  depositMovementResource,
  depositResource,
  forfeitDeposit,
  isPendingApproval,
  keepDeposit,
  prepaidAccountResource,
  type ResourceRow,
} from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import { groupThousands, ReferenceSelect } from '../../resource-ui/index.ts';
import { amountRule } from './typed-amount.ts';

interface UseForm {
  amount: string;
  chargeItemId?: string | null;
  reason: string;
}

interface UseDepositDialogProps {
  what: 'keep' | 'forfeit';
  row: ResourceRow;
  onClose: () => void;
}

const words = {
  keep: { title: '押金转为预存款', ok: '转为预存款', text: '转入同一房屋、车位或车辆的预存款，以后可冲抵账单或退款。' },
  forfeit: { title: '没收押金', ok: '没收', text: '没收后归公司所有，计入没收收入，不能撤销。请写明依据。' },
} as const;

/** Turns a deposit, or a part of it, into prepaid, or keeps it for good; says what will happen and asks why. */
export default function UseDepositDialog({ what, row, onClose }: UseDepositDialogProps) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<UseForm>();
  const { title, ok, text } = words[what];
  const submit = useMutation({
    mutationFn: ({ amount, chargeItemId = null, reason }: UseForm) => {
      const params = { id: row.id };
      return what === 'keep'
        ? call(keepDeposit, { params, body: { amount, chargeItemId, reason } })
        : call(forfeitDeposit, { params, body: { amount, reason } });
    },
    onSuccess: async (done) => {
      if (isPendingApproval(done)) message.success(askedText);
      else message.success(`已办理，押金现持有 ${groupThousands(done.held)} 元`);
      for (const { name } of [depositResource, depositMovementResource, prepaidAccountResource])
        await queries.invalidateQueries({ queryKey: [name] });
      onClose();
    },
  });
  const held = String(row.held);
  return (
    <Modal
      open
      width={460}
      title={`${title}：${String(row.targetLabel || row.holderName)}`}
      okText={ok}
      cancelText="取消"
      okButtonProps={{ danger: what === 'forfeit', loading: submit.isPending }}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p>{`现持有 ${groupThousands(held)} 元。${text}`}</p>
      <Form<UseForm>
        form={form}
        layout="vertical"
        initialValues={{ amount: held }}
        onFinish={(values) => submit.mutate(values)}
      >
        <Form.Item name="amount" label="金额" rules={[amountRule(held, '现持有')]}>
          <Input autoFocus className="figures" inputMode="decimal" suffix="元" />
        </Form.Item>
        {what === 'keep' ? (
          <Form.Item name="chargeItemId" label="专项" help="不选：通用预存">
            <ReferenceSelect to="chargeItem" placeholder="通用" />
          </Form.Item>
        ) : null}
        <Form.Item name="reason" label="原因" rules={[{ required: true, whitespace: true, message: '请填写原因' }]}>
          <Input.TextArea maxLength={200} autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
      </Form>
      {submit.error ? <Alert type="error" showIcon title={errorText(submit.error)} /> : null}
    </Modal>
  );
}
