import { residentClientCompany } from '@anlin/contract';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { LoadingPage, Message, PlainPage } from '../ui/page.tsx';
import { ToastArea } from '../ui/toast.tsx';
import { call, errorText, loadResident, queryClient, sessionKey } from './api.ts';
import { goTo, useAddress } from './router.tsx';
import { Screen } from './screens.tsx';
import { SessionContext, useChosenCommunity } from './session.ts';
import { useWechat } from './use-wechat.ts';

const SignInScreen = lazy(() => import('../screens/sign-in-screen.tsx'));
const CollectScreen = lazy(() => import('../screens/collect-screen.tsx'));
const PayLinkScreen = lazy(() => import('../screens/pay-link-screen.tsx'));

export function Application() {
  return (
    <QueryClientProvider client={queryClient}>
      <Suspense fallback={<LoadingPage />}>
        <Entrance />
      </Suspense>
      <ToastArea />
    </QueryClientProvider>
  );
}

/** A link to pay for somebody, or a collection code, needs nobody signed in; everything else does. */
function Entrance() {
  const { companyCode, path } = useAddress();
  if (companyCode === '' && path[0] === 'pay' && path[1]) return <PayLinkScreen token={path[1]} />;
  if (companyCode === '' && path[0] === 'c' && path[1]) return <CollectScreen token={path[1]} />;
  return <Home code={companyCode} />;
}

function Home({ code }: { code: string }) {
  const company = useQuery({
    queryKey: ['company', code],
    queryFn: () => call(residentClientCompany, { query: code === '' ? {} : { code } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const session = useQuery({ queryKey: sessionKey, queryFn: loadResident, staleTime: 30_000 });
  // A session of another company does not open this one's pages.
  const resident = session.data && session.data.company.code !== code ? null : session.data;
  const chosen = useChosenCommunity(resident);
  const isEntering = useWechat(company.data?.id, resident);
  const found = company.data?.code;
  useEffect(() => {
    if (code === '' && found) goTo(`/m/${found}/`, { replaces: true });
  }, [code, found]);
  const error = company.error ?? session.error;
  if (error) {
    return (
      <PlainPage title="暂时打不开">
        <Message
          title={navigator.onLine ? '打不开' : '没有网络'}
          text={errorText(error)}
          action={{ label: '再试一次', run: () => void Promise.all([company.refetch(), session.refetch()]) }}
        />
      </PlainPage>
    );
  }
  if (!company.data || session.isPending || code === '' || isEntering) return <LoadingPage />;
  if (!resident) return <SignInScreen company={company.data} />;
  const houses = resident.houses.filter((house) => house.communityId === chosen?.id);
  return (
    <SessionContext value={{ resident, community: chosen, houses }}>
      <Screen />
    </SessionContext>
  );
}
