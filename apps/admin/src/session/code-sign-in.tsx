import { type SessionView, signInByCode } from '@anlin/contract';
import { MobileOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { call, errorText } from '../api/api.ts';
import CodeField from './code-field.tsx';

interface CodeValues {
  phone: string;
  code: string;
}

/** Phone and the code sent to it. */
export default function CodeSignIn({ onEntered }: { onEntered: (session: SessionView) => void }) {
  const [form] = Form.useForm<CodeValues>();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: CodeValues) => call(signInByCode, { body }),
    onSuccess: onEntered,
  });
  return (
    <Form<CodeValues>
      form={form}
      layout="vertical"
      requiredMark={false}
      size="large"
      onFinish={(values) => mutate(values)}
    >
      {error ? <Alert type="error" showIcon title={errorText(error)} role="alert" /> : null}
      <Form.Item name="phone" label="手机号" rules={[{ required: true, whitespace: true, message: '请输入手机号' }]}>
        <Input prefix={<MobileOutlined />} autoComplete="username" inputMode="tel" maxLength={20} />
      </Form.Item>
      <CodeField phone={() => form.getFieldValue('phone')} />
      <Button type="primary" htmlType="submit" block loading={isPending}>
        登录
      </Button>
    </Form>
  );
}
