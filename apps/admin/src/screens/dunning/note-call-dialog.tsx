import { type CallOutcome, callOutcomes, noteDunningCall, type ResourceRow } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, DatePicker, Form, Input, Modal, Radio } from 'antd';
import type { Dayjs } from 'dayjs';
import { call, errorText } from '../../api/api.ts';

interface CallValues {
  outcome: CallOutcome;
  promisedOn?: Dayjs | null;
  note?: string;
}

/** What was said on the telephone. */
export default function NoteCallDialog({ row, onClose }: { row: ResourceRow; onClose: (isDone: boolean) => void }) {
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<CallValues>();
  const outcome = Form.useWatch('outcome', form);
  const save = useMutation({
    mutationFn: ({ outcome: said, promisedOn, note }: CallValues) =>
      call(noteDunningCall, {
        body: {
          targetId: row.id,
          outcome: said,
          promisedOn: said === 'promised' ? (promisedOn?.format('YYYY-MM-DD') ?? null) : null,
          note: note ?? '',
        },
      }),
    onSuccess() {
      message.success('电话结果已登记');
      void queries.invalidateQueries({ queryKey: ['dunning', 'history', row.id] });
      onClose(true);
    },
  });
  return (
    <Modal
      open
      title={`登记电话：${String(row.targetLabel)}`}
      okText="登记"
      cancelText="取消"
      confirmLoading={save.isPending}
      onOk={form.submit}
      onCancel={() => onClose(false)}
    >
      <p className="muted">
        {String(row.ownerName || '没有登记业主')} {String(row.ownerPhone ?? '')}，未收 {String(row.outstanding)} 元
      </p>
      <Form form={form} layout="vertical" onFinish={(values) => save.mutate(values)}>
        <Form.Item name="outcome" label="结果" rules={[{ required: true, message: '请选择结果' }]}>
          <Radio.Group options={Object.entries(callOutcomes).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        {outcome === 'promised' ? (
          <Form.Item name="promisedOn" label="承诺哪天前缴">
            <DatePicker />
          </Form.Item>
        ) : null}
        <Form.Item name="note" label="备注">
          <Input.TextArea maxLength={200} autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}
