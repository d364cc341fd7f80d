import { billResource, isPendingApproval, type ResourceRow, voidBills } from '@anlin/contract';
import { formatYuan, parseYuan, sumFen } from '@anlin/money';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { askedText } from '../../resource-ui/ask-reason.tsx';
import { groupThousands } from '../../resource-ui/index.ts';

/** Says how many bills of which sum are taken back, and asks why. */
export default function VoidBillsDialog({
  rows,
  onClose,
}: {
  rows: readonly ResourceRow[];
  onClose: (isDone: boolean) => void;
}) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<{ reason: string }>();
  const sum = groupThousands(formatYuan(sumFen(rows.map((row) => parseYuan(String(row.receivable))))));
  const [only] = rows;
  const submit = useMutation({
    mutationFn: (reason: string) => call(voidBills, { body: { ids: rows.map((row) => row.id), reason } }),
    onSuccess: async (done) => {
      if (isPendingApproval(done)) message.success(askedText);
      else message.success(`已作废 ${done.voidedCount} 张账单，合计 ${groupThousands(done.sum)} 元`);
      await queries.invalidateQueries({ queryKey: [billResource.name] });
      onClose(true);
    },
  });
  return (
    <Modal
      open
      title={
        rows.length === 1
          ? `作废“${String(only?.targetLabel)}”的 1 张账单，${sum} 元？`
          : `作废 ${rows.length} 张账单，合计 ${sum} 元？`
      }
      okText={`作废 ${rows.length} 张`}
      cancelText="取消"
      okButtonProps={{ danger: true, loading: submit.isPending }}
      onOk={form.submit}
      onCancel={() => onClose(false)}
    >
      <p>作废后不再应收，账单和原因保留可查；同一账期可以重新生成。</p>
      <p className="muted">不应再收费的请同时结束标准绑定，否则到期自动生成的项目会再次生成。</p>
      <Form form={form} layout="vertical" onFinish={({ reason }) => submit.mutate(reason)}>
        <Form.Item
          name="reason"
          label="作废原因"
          rules={[{ required: true, whitespace: true, message: '请填写作废原因' }]}
        >
          <Input.TextArea autoFocus maxLength={200} showCount autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
      </Form>
      {submit.error ? <Alert type="error" showIcon title={errorText(submit.error)} /> : null}
    </Modal>
  );
}
