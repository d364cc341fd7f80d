import { type SessionView, signInByWecom, startWecomSignIn } from '@anlin/contract';
import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Skeleton } from 'antd';
import { useEffect, useRef } from 'react';
import { call, errorText } from '../api/api.ts';

interface WecomSignInProps {
  companies: readonly { id: string; name: string }[];
  /** What WeCom sent the browser back with. */
  back: { code: string; state: string } | undefined;
  /** Before the browser leaves for WeCom. */
  onLeave: () => void;
  onEntered: (session: SessionView) => void;
}

/** To WeCom's page and back. In WeCom's own browser nothing has to be scanned. */
export default function WecomSignIn({ companies, back, onLeave, onEntered }: WecomSignInProps) {
  const start = useMutation({
    mutationFn: (companyId: string) =>
      call(startWecomSignIn, { body: { companyId, isInWecom: /wxwork/i.test(navigator.userAgent) } }),
    onSuccess: ({ url }) => {
      onLeave();
      window.location.assign(url);
    },
  });
  const finish = useMutation({
    mutationFn: (body: { code: string; state: string }) => call(signInByWecom, { body }),
    onSuccess: onEntered,
  });
  // The code is good once: the effect must not spend it twice.
  const isSpent = useRef(false);
  useEffect(() => {
    if (!back || isSpent.current) return;
    isSpent.current = true;
    finish.mutate(back);
  });
  const error = start.error ?? finish.error;
  if (back && !error) return <Skeleton active />;
  return (
    <>
      {error ? (
        <Alert type="error" showIcon title={errorText(error)} role="alert" style={{ marginBottom: 16 }} />
      ) : null}
      {companies.map(({ id, name }) => (
        <Button
          key={id}
          block
          size="large"
          type={companies.length === 1 ? 'primary' : 'default'}
          style={{ marginBottom: 8 }}
          loading={start.isPending && start.variables === id}
          onClick={() => start.mutate(id)}
        >
          {companies.length === 1 ? '用企业微信登录' : name}
        </Button>
      ))}
      <p className="muted">将打开企业微信页面，用手机上的企业微信扫码确认。</p>
    </>
  );
}
