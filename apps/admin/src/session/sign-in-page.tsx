import type { MyCompany, SessionView } from '@anlin/contract';
import { listMyCompanies, setupStatus, signInWays } from '@anlin/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Alert, Skeleton, Tabs } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { call, type SessionState, sessionKey } from '../api/api.ts';
import { useAddress } from '../shell/address.ts';
import { GoOnce } from '../shell/go-once.tsx';
import { parseSearch } from '../shell/search-text.ts';
import { EntrancePage } from './entrance-page.tsx';
import { PasswordSignIn } from './password-sign-in.tsx';

const CodeSignIn = lazy(() => import('./code-sign-in.tsx'));
const CompanyChoice = lazy(() => import('./company-choice.tsx'));
const WecomSignIn = lazy(() => import('./wecom-sign-in.tsx'));

/** Signing in: by password, and by code and WeCom where a company of this installation has switched them on. */
export default function SignInPage() {
  const queries = useQueryClient();
  const { search } = useAddress();
  const navigate = useNavigate();
  const isBackFromWecom = search.code !== undefined && search.state !== undefined;
  const [tab, setTab] = useState(isBackFromWecom ? 'wecom' : 'password');
  const reason = queries.getQueryData<SessionState>(sessionKey)?.reason ?? '';
  const ways = useQuery({ queryKey: ['signInWays'], queryFn: () => call(signInWays), staleTime: Infinity });
  const [choice, setChoice] = useState<{ session: SessionView; companies: MyCompany[] }>();
  const goOn = (session: SessionView) => {
    queries.clear();
    queries.setQueryData<SessionState>(sessionKey, { session, reason: '' });
    const { pathname, query } = readNext(search.next ?? takeNext());
    navigate({ to: pathname, search: query, replace: true });
  };
  // Who works for several companies says which, right after proving who they are.
  const enter = async (session: SessionView) => {
    const companies = session.mustChangePassword
      ? []
      : await call(listMyCompanies).then(
          ({ rows }) => rows,
          () => [],
        );
    if (companies.length > 1) setChoice({ session, companies });
    else goOn(session);
  };
  useEffect(() => {
    document.title = '登录 · 安邻';
  }, []);
  // Nobody can sign in where there is no company yet: it is set up first.
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => call(setupStatus) });
  if (setup.data?.isOpen) return <GoOnce to="/setup" search={{}} />;
  if (choice)
    return (
      <EntrancePage title="选择公司" help={`${choice.session.staff.name}，您在多家公司任职，请选择这次进入哪一家`}>
        <Suspense fallback={<Skeleton active />}>
          <CompanyChoice
            companies={choice.companies}
            onEntered={(session) => goOn(session ?? choice.session)}
            onLeft={() => setChoice(undefined)}
          />
        </Suspense>
      </EntrancePage>
    );
  const password = <PasswordSignIn reason={reason} onEntered={enter} />;
  const companies = ways.data?.wecom ?? [];
  const others = [
    ...(ways.data?.hasCode ? [{ key: 'code', label: '短信验证码', children: <CodeSignIn onEntered={enter} /> }] : []),
    ...(companies.length > 0 || isBackFromWecom
      ? [
          {
            key: 'wecom',
            label: '企业微信',
            children: (
              <WecomSignIn
                companies={companies}
                back={isBackFromWecom ? { code: search.code ?? '', state: search.state ?? '' } : undefined}
                // A second try after a refusal comes from WeCom's bare address: what was kept stays.
                onLeave={() => (isBackFromWecom ? undefined : keepNext(search.next))}
                onEntered={enter}
              />
            ),
          },
        ]
      : []),
  ];
  return (
    <EntrancePage title="登录" help="使用管理员为您开通的手机号登录">
      {ways.error ? <Alert type="info" showIcon title="暂时读不到其他登录方式，可先用密码登录" /> : null}
      {/* Which ways there are comes a moment later: the form keeps its place, so that what is typed already stays. */}
      <Suspense fallback={<Skeleton active />}>
        <Tabs
          activeKey={tab}
          onChange={setTab}
          destroyOnHidden
          items={[{ key: 'password', label: '密码', children: password }, ...others]}
          {...(others.length === 0 ? { renderTabBar: () => <></> } : {})}
        />
      </Suspense>
    </EntrancePage>
  );
}

const nextKey = 'anlin.signIn.next';
/** WeCom brings the browser back to a bare address: where the person wanted to go waits here. */
function keepNext(next: string | undefined): void {
  sessionStorage.setItem(nextKey, next ?? '/');
}
function takeNext(): string | undefined {
  const next = sessionStorage.getItem(nextKey) ?? undefined;
  sessionStorage.removeItem(nextKey);
  return next;
}

/** Where to go after signing in. Only addresses of our own: `next` comes from the address bar. */
function readNext(next: string | undefined) {
  const url = new URL(next?.startsWith('/') && !next.startsWith('//') ? next : '/', window.location.origin);
  const isOurs = url.origin === window.location.origin && url.pathname !== '/sign-in';
  return isOurs ? { pathname: url.pathname, query: parseSearch(url.search) } : { pathname: '/', query: {} };
}
