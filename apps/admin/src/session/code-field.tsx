import { requestSignInCode } from '@anlin/contract';
import { SafetyOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { call, errorText } from '../api/api.ts';

/** Six digits, and the button that sends them to the phone, once a minute. */
export default function CodeField({ phone }: { phone: () => string | undefined }) {
  const { message } = App.useApp();
  const [seconds, setSeconds] = useState(0);
  const { mutate, isPending } = useMutation({
    mutationFn: (to: string) => call(requestSignInCode, { body: { phone: to } }),
    onSuccess: ({ nextAfterSeconds, validMinutes }) => {
      setSeconds(nextAfterSeconds);
      message.success(`如果该手机号已开通，验证码会在一分钟内送达，${validMinutes} 分钟内有效`);
    },
    onError: (problem) => message.error(errorText(problem)),
  });
  useEffect(() => {
    if (seconds === 0) return;
    const timer = setTimeout(() => setSeconds(seconds - 1), 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  const ask = () => {
    const to = phone()?.trim() ?? '';
    if (to === '') message.warning('请先输入手机号');
    else mutate(to);
  };
  return (
    <Form.Item label="验证码" required={false} htmlFor="sign-in-code">
      <div style={{ display: 'flex', gap: 8 }}>
        <Form.Item
          noStyle
          name="code"
          rules={[
            { required: true, message: '请输入验证码' },
            { pattern: /^\d{6}$/, message: '验证码是 6 位数字' },
          ]}
        >
          <Input
            id="sign-in-code"
            prefix={<SafetyOutlined />}
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={6}
          />
        </Form.Item>
        <Button onClick={ask} loading={isPending} disabled={seconds > 0}>
          {seconds > 0 ? `${seconds} 秒后可重发` : '获取验证码'}
        </Button>
      </div>
    </Form.Item>
  );
}
