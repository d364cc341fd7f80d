import { acceptInvitation, invitedRoles, issueInvitation, type OccupancyView, revokeInvitation } from '@anlin/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Modal, Result, Select } from 'antd';
import { call, errorText } from '../../api/api.ts';
import { DayField } from '../estate/day-field.tsx';
import { phoneRule } from './move-in-dialog.tsx';

interface IssueForm {
  role: keyof typeof invitedRoles;
  expiresOn: string;
  validUntil: string | null;
}

/** An invitation in the name of an owner; the code is shown to be passed on. */
export function IssueDialog({ stay, onClose }: { stay: OccupancyView; onClose: () => void }) {
  const [form] = Form.useForm<IssueForm>();
  const queries = useQueryClient();
  const issue = useMutation({
    mutationFn: ({ role, expiresOn, validUntil }: IssueForm) =>
      call(issueInvitation, {
        body: {
          ...{ houseId: stay.houseId, inviterResidentId: stay.residentId },
          ...{ role, expiresOn, validUntil: validUntil || null },
        },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['residentInvitation'] }),
  });
  if (issue.data) {
    return (
      <Modal open width={420} title="邀请已发出" footer={<Button onClick={onClose}>关闭</Button>} onCancel={onClose}>
        <Result
          status="success"
          title={issue.data.code}
          subTitle="请把邀请码转给受邀人，凭码入住无需审核，只能用一次。"
        />
      </Modal>
    );
  }
  return (
    <Modal
      open
      width={420}
      title={`${stay.name}邀请他人入住 ${stay.houseLabel}`}
      okText="发出邀请"
      cancelText="取消"
      confirmLoading={issue.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ role: 'family' }}
        onFinish={(values) => issue.mutate(values)}
      >
        <Form.Item name="role" label="受邀人的身份">
          <Select options={Object.entries(invitedRoles).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item
          name="expiresOn"
          label="邀请截止"
          extra="含当天，最长 90 天"
          rules={[{ required: true, message: '请填写邀请截止日期' }]}
        >
          <DayField />
        </Form.Item>
        <Form.Item name="validUntil" label="入住有效期至" extra="不填为长期">
          <DayField />
        </Form.Item>
      </Form>
      {issue.error ? <Alert type="error" showIcon title={errorText(issue.error)} /> : null}
    </Modal>
  );
}

/** Lets in somebody who brings a code to the desk. */
export function AcceptDialog({ onClose }: { onClose: () => void }) {
  const [form] = Form.useForm<{ code: string; name: string; phone: string }>();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const accept = useMutation({
    mutationFn: ({ code, name, phone }: { code: string; name: string; phone: string }) =>
      call(acceptInvitation, { body: { code, name, phone: phone ?? '' } }),
    async onSuccess() {
      message.success('已入住');
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal
      open
      width={420}
      title="凭邀请码入住"
      okText="入住"
      cancelText="取消"
      confirmLoading={accept.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" onFinish={(values) => accept.mutate(values)}>
        <Form.Item name="code" label="邀请码" rules={[{ required: true, whitespace: true, message: '请填写邀请码' }]}>
          <Input autoFocus maxLength={20} />
        </Form.Item>
        <Form.Item name="name" label="姓名" rules={[{ required: true, whitespace: true, message: '请填写姓名' }]}>
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="phone" label="电话" rules={[phoneRule]}>
          <Input maxLength={20} />
        </Form.Item>
      </Form>
      {accept.error ? <Alert type="error" showIcon title={errorText(accept.error)} /> : null}
    </Modal>
  );
}

/** Takes back an invitation that nobody has taken up. */
export function RevokeButton({ id, code }: { id: string; code: string }) {
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const revoke = async () => {
    try {
      await call(revokeInvitation, { params: { id }, body: {} });
      message.success('邀请已撤回');
    } catch (error) {
      message.error(errorText(error));
    }
    await queries.invalidateQueries({ queryKey: ['residentInvitation'] });
  };
  return (
    <Button
      type="link"
      size="small"
      danger
      onClick={(event) => {
        event.stopPropagation();
        modal.confirm({ title: `撤回邀请 ${code}？`, content: '撤回后邀请码不能再用。', okText: '撤回', onOk: revoke });
      }}
    >
      撤回
    </Button>
  );
}
