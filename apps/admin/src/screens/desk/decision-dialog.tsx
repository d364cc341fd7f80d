import {
  type ApprovalDetail,
  approveApproval,
  listApprovalColleagues,
  passOnApproval,
  reassignApproval,
  rejectApproval,
} from '@anlin/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Form, Input, Modal, Select } from 'antd';
import { call, errorText } from '../../api/api.ts';

export type Decision = 'approve' | 'reject' | 'passOn' | 'reassign';

const words: Record<Decision, { title: string; ok: string; note: string; done: string }> = {
  approve: { title: '同意', ok: '同意', note: '意见（可不填）', done: '已同意' },
  reject: { title: '驳回', ok: '驳回', note: '驳回理由', done: '已驳回' },
  passOn: { title: '转交', ok: '转交', note: '说明（可不填）', done: '已转交' },
  reassign: { title: '改派', ok: '改派', note: '说明（可不填）', done: '已改派' },
};

interface DecisionForm {
  note?: string;
  staffId?: string;
}

/** Says yes or no at the level shown, or hands it to a colleague. */
export function DecisionDialog({
  approval,
  decision,
  onClose,
}: {
  approval: ApprovalDetail;
  decision: Decision;
  onClose: (isDone: boolean) => void;
}) {
  const { message } = App.useApp();
  const [form] = Form.useForm<DecisionForm>();
  const isHanding = decision === 'passOn' || decision === 'reassign';
  const isLast = approval.level === approval.levelCount;
  const save = useMutation({
    mutationFn: (given: DecisionForm) => send(approval, decision, given),
    onSuccess(outcome) {
      if (outcome === '') message.success(words[decision].done);
      else message.warning(outcome, 6);
      onClose(true);
    },
  });
  return (
    <Modal
      open
      title={`${words[decision].title} · ${approval.actionLabel} ${approval.targetLabel}`}
      okText={words[decision].ok}
      cancelText="取消"
      okButtonProps={{ danger: decision === 'reject' }}
      confirmLoading={save.isPending}
      onOk={form.submit}
      onCancel={() => onClose(save.isError)}
    >
      {decision === 'approve' ? (
        <p>
          {approval.summary}。
          {isLast ? '这是最后一级，所需的人都同意后立即生效。' : `同意后进到第 ${approval.level + 1} 级审批。`}
        </p>
      ) : null}
      <Form form={form} layout="vertical" onFinish={(given) => save.mutate(given)}>
        {isHanding ? <ColleagueField approvalId={approval.id} /> : null}
        <Form.Item
          name="note"
          label={words[decision].note}
          rules={decision === 'reject' ? [{ required: true, whitespace: true, message: '请填写驳回理由' }] : []}
        >
          <Input.TextArea autoFocus={!isHanding} maxLength={200} showCount autoSize={{ minRows: 2, maxRows: 4 }} />
        </Form.Item>
      </Form>
      {save.error ? <Alert type="error" showIcon title={errorText(save.error)} /> : null}
    </Modal>
  );
}

function ColleagueField({ approvalId }: { approvalId: string }) {
  const { data } = useQuery({
    queryKey: ['approval', 'colleagues', approvalId],
    queryFn: ({ signal }) => call(listApprovalColleagues, { params: { id: approvalId }, signal }),
  });
  return (
    <Form.Item name="staffId" label="交给谁" rules={[{ required: true, message: '请选择同事' }]}>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        placeholder="选择同事"
        loading={!data}
        options={
          data?.rows.map(({ id, name, position }) => ({
            value: id,
            label: position ? `${name}（${position}）` : name,
          })) ?? []
        }
      />
    </Form.Item>
  );
}

/** Returns what the person should know beyond "done": why an approved request could not be carried out. */
async function send(
  approval: ApprovalDetail,
  decision: Decision,
  { note = '', staffId = '' }: DecisionForm,
): Promise<string> {
  const params = { id: approval.id };
  const { level } = approval;
  switch (decision) {
    case 'approve':
      return (await call(approveApproval, { params, body: { level, note } })).outcome;
    case 'reject':
      await call(rejectApproval, { params, body: { level, note } });
      return '';
    case 'passOn':
      await call(passOnApproval, { params, body: { level, staffId, note } });
      return '';
    case 'reassign':
      await call(reassignApproval, { params, body: { level, staffId, note } });
      return '';
  }
}
