import { ProblemError } from '@anlin/client';
import { changePassword } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { call, errorText } from '../api/api.ts';

interface PasswordValues {
  oldPassword: string;
  newPassword: string;
  repeated: string;
}

/** Old password, new one twice. The server judges the strength; its answer appears at the field it is about. */
export function PasswordForm({ submitText, onChanged }: { submitText: string; onChanged: () => void }) {
  const [form] = Form.useForm<PasswordValues>();
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ oldPassword, newPassword }: PasswordValues) =>
      call(changePassword, { body: { oldPassword, newPassword } }),
    onSuccess: onChanged,
    onError: (problem) => {
      const field = fieldOf(problem);
      if (field) form.setFields([{ name: field, errors: [errorText(problem)] }]);
    },
  });
  return (
    <Form<PasswordValues> form={form} layout="vertical" requiredMark={false} onFinish={(values) => mutate(values)}>
      {error && !fieldOf(error) ? (
        <Alert type="error" showIcon title={errorText(error)} role="alert" style={{ marginBottom: 16 }} />
      ) : null}
      <Form.Item name="oldPassword" label="原密码" rules={[{ required: true, message: '请输入原密码' }]}>
        <Input.Password autoComplete="current-password" maxLength={200} autoFocus />
      </Form.Item>
      <Form.Item
        name="newPassword"
        label="新密码"
        extra="至少 8 位，须同时含字母和数字"
        rules={[{ required: true, message: '请输入新密码' }]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Form.Item
        name="repeated"
        label="再输一次新密码"
        dependencies={['newPassword']}
        rules={[
          { required: true, message: '请再输一次新密码' },
          ({ getFieldValue }) => ({
            validator: async (_, value: string | undefined) => {
              if (value && value !== getFieldValue('newPassword')) throw new Error('两次输入的新密码不一样');
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block loading={isPending}>
        {submitText}
      </Button>
    </Form>
  );
}

function fieldOf(error: unknown): 'oldPassword' | 'newPassword' | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  if (error.code === 'password.wrong') return 'oldPassword';
  return error.code === 'password.weak' ? 'newPassword' : undefined;
}
