import { useQuery } from '@tanstack/react-query';
import { Button, Skeleton } from 'antd';
import { lazy, type ReactNode, Suspense } from 'react';
import { errorText, loadSession, sessionKey } from '../api/api.ts';
import { takeUpPreferences } from '../memory/person-memory.ts';
import { useAddress } from '../shell/address.ts';
import { GoOnce } from '../shell/go-once.tsx';
import { Notice } from '../shell/notice.tsx';
import { stringifySearch } from '../shell/search-text.ts';
import { SessionContext } from './session-context.ts';

const FirstPasswordPage = lazy(() => import('./first-password-page.tsx'));

/** Lets only signed-in people through; others go to the sign-in page and come back to the address they wanted. */
export function SessionGate({ children }: { children: ReactNode }) {
  // Asked for again now and then, so that rights given or taken away show in an open page.
  const { data, error, refetch } = useQuery({
    queryKey: sessionKey,
    queryFn: loadSession,
    staleTime: Infinity,
    refetchInterval: 60_000,
    refetchOnWindowFocus: 'always',
  });
  if (error && !data) {
    return (
      <Notice
        title="暂时打不开安邻"
        text={errorText(error)}
        actions={
          <Button type="primary" onClick={() => refetch()}>
            再试一次
          </Button>
        }
      />
    );
  }
  if (!data) return <Skeleton active style={{ padding: 48 }} />;
  if (!data.session) return <ToSignIn />;
  takeUpPreferences(data.session.staff.id, data.session.preferences);
  return (
    <SessionContext value={data.session}>
      {data.session.mustChangePassword ? (
        <Suspense>
          <FirstPasswordPage />
        </Suspense>
      ) : (
        children
      )}
    </SessionContext>
  );
}

/** To the sign-in page, which leads back to this address. */
function ToSignIn() {
  const { pathname, search } = useAddress();
  const next = `${pathname}${stringifySearch(search)}`;
  return <GoOnce to="/sign-in" search={{ next: next === '/' ? undefined : next }} />;
}
