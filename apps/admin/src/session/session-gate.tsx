import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { Button, Result, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { errorText, loadSession, sessionKey } from '../api/api.ts';
import { useAddress } from '../shell/address.ts';
import { stringifySearch } from '../shell/search-text.ts';
import { FirstPasswordPage } from './first-password-page.tsx';
import { SessionContext } from './session-context.ts';

/** Lets only signed-in people through; others go to the sign-in page and come back to the address they wanted. */
export function SessionGate({ children }: { children: ReactNode }) {
  const { data, error, refetch } = useQuery({ queryKey: sessionKey, queryFn: loadSession, staleTime: Infinity });
  const { pathname, search } = useAddress();
  if (error) {
    return (
      <Result
        status="warning"
        title="暂时打不开安邻"
        subTitle={errorText(error)}
        extra={
          <Button type="primary" onClick={() => refetch()}>
            再试一次
          </Button>
        }
      />
    );
  }
  if (!data) return <Skeleton active style={{ padding: 48 }} />;
  if (!data.session) {
    const next = `${pathname}${stringifySearch(search)}`;
    return <Navigate to="/sign-in" search={{ next: next === '/' ? undefined : next }} replace />;
  }
  return (
    <SessionContext value={data.session}>
      {data.session.mustChangePassword ? <FirstPasswordPage /> : children}
    </SessionContext>
  );
}
