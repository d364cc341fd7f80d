import { setupStatus, signIn } from '@anlin/contract';
import { LockOutlined, MobileOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, Button, Form, Input } from 'antd';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { call, errorText, type SessionState, sessionKey } from '../api/api.ts';
import { useAddress } from '../shell/address.ts';
import { GoOnce } from '../shell/go-once.tsx';
import { parseSearch } from '../shell/search-text.ts';
import { EntrancePage } from './entrance-page.tsx';

interface SignInForm {
  phone: string;
  password: string;
}

export default function SignInPage() {
  const queries = useQueryClient();
  const { search } = useAddress();
  const navigate = useNavigate();
  const [hasCapsLock, setCapsLock] = useState(false);
  const reason = queries.getQueryData<SessionState>(sessionKey)?.reason ?? '';
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: SignInForm) => call(signIn, { body }),
    onSuccess: (session) => {
      queries.clear();
      queries.setQueryData<SessionState>(sessionKey, { session, reason: '' });
      const { pathname, query } = readNext(search.next);
      navigate({ to: pathname, search: query, replace: true });
    },
  });
  useEffect(() => {
    document.title = '登录 · 安邻';
  }, []);
  // Nobody can sign in where there is no company yet: it is set up first.
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => call(setupStatus) });
  if (setup.data?.isOpen) return <GoOnce to="/setup" search={{}} />;
  const watchCapsLock = (event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'));
  return (
    <EntrancePage title="登录" help="使用管理员为您开通的手机号和密码">
      {error ? <Alert type="error" showIcon title={errorText(error)} role="alert" /> : null}
      {!error && reason !== '' ? <Alert type="info" showIcon title={reason} /> : null}
      <Form<SignInForm> layout="vertical" requiredMark={false} size="large" onFinish={(values) => mutate(values)}>
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
        <Button type="primary" htmlType="submit" block loading={isPending}>
          登录
        </Button>
      </Form>
    </EntrancePage>
  );
}

/** Where to go after signing in. Only addresses of our own: `next` comes from the address bar. */
function readNext(next: string | undefined) {
  const url = new URL(next?.startsWith('/') && !next.startsWith('//') ? next : '/', window.location.origin);
  const isOurs = url.origin === window.location.origin && url.pathname !== '/sign-in';
  return isOurs ? { pathname: url.pathname, query: parseSearch(url.search) } : { pathname: '/', query: {} };
}
