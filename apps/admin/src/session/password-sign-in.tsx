import { ProblemError } from '@anlin/client';
import { type SessionView, signIn } from '@anlin/contract';
import { LockOutlined, MobileOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { type KeyboardEvent, lazy, Suspense, useState } from 'react';
import { call, errorText } from '../api/api.ts';

import { takePhone } from './sign-in-phone.ts';

const CodeField = lazy(() => import('./code-field.tsx'));

interface PasswordValues {
  phone: string;
  password: string;
  code?: string;
  joinCode?: string;
}

interface PasswordSignInProps {
  /** Why the person is here again, or empty. */
  reason: string;
  onEntered: (session: SessionView) => void;
}

/** Phone and password; the code besides, once the server says that the company wants both. */
export function PasswordSignIn({ reason, onEntered }: PasswordSignInProps) {
  const [form] = Form.useForm<PasswordValues>();
  const [phone] = useState(takePhone);
  const [hasCapsLock, setCapsLock] = useState(false);
  const [needsCode, setNeedsCode] = useState(false);
  const [isJoining, setJoining] = useState(false);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: PasswordValues) => call(signIn, { body }),
    onSuccess: onEntered,
    onError: (problem) => {
      if (problem instanceof ProblemError && problem.code === 'signIn.codeRequired') setNeedsCode(true);
      if (problem instanceof ProblemError && problem.code === 'signIn.joinCodeNeeded') setJoining(true);
    },
  });
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'));
  const isOnlyCode = error instanceof ProblemError && error.code === 'signIn.codeRequired';
  return (
    <>
      {error ? <Alert type={isOnlyCode ? 'info' : 'error'} showIcon title={errorText(error)} role="alert" /> : null}
      {!error && reason !== '' ? <Alert type="info" showIcon title={reason} /> : null}
      <Form<PasswordValues>
        form={form}
        layout="vertical"
        requiredMark={false}
        size="large"
        initialValues={{ phone }}
        onFinish={(values) => mutate(values)}
      >
        <Form.Item name="phone" label="手机号" rules={[{ required: true, whitespace: true, message: '请输入手机号' }]}>
          <Input prefix={<MobileOutlined />} autoComplete="username" inputMode="tel" maxLength={20} autoFocus />
        </Form.Item>
        <Form.Item
          name="password"
          label="密码"
          rules={[{ required: true, message: '请输入密码' }]}
          extra={hasCapsLock ? '大写锁定已打开' : undefined}
        >
          <Input.Password
            prefix={<LockOutlined />}
            autoComplete="current-password"
            maxLength={200}
            onKeyDown={watchCapsLock}
            onKeyUp={watchCapsLock}
          />
        </Form.Item>
        {needsCode ? (
          <Suspense>
            <CodeField phone={() => form.getFieldValue('phone')} />
          </Suspense>
        ) : null}
        {isJoining ? (
          <Form.Item
            name="joinCode"
            label="加入码"
            rules={[{ required: true, whitespace: true, message: '请填写加入码' }]}
            extra="您的手机号已有账号时，新公司的管理员给您的。密码填您原来的，加入后须换一个新密码"
          >
            <Input autoComplete="off" maxLength={40} />
          </Form.Item>
        ) : null}
        <Button type="primary" htmlType="submit" block loading={isPending}>
          {isJoining ? '加入并登录' : '登录'}
        </Button>
        {isJoining ? null : (
          <Button type="link" size="small" style={{ marginTop: 8, padding: 0 }} onClick={() => setJoining(true)}>
            有加入码？
          </Button>
        )}
      </Form>
    </>
  );
}
