import { createClient, ProblemError } from '@anlin/client';
import { currentSession, type SessionView } from '@anlin/contract';
import { CancelledError, QueryClient } from '@tanstack/react-query';

export const sessionKey = ['session'] as const;

export interface SessionState {
  /** `null` when nobody is signed in. */
  session: SessionView | null;
  /** What the sign-in page says about why the person is there; empty when there is nothing to say. */
  reason: string;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      // A refusal stays a refusal; only a dead network is worth a second try.
      retry: (failures, error) => failures < 2 && error instanceof ProblemError && error.code === 'network.unreachable',
    },
  },
});

const client = createClient({
  baseUrl: '',
  onProblem: (problem, endpoint) => {
    if (problem.status === 401 && endpoint.access !== 'public') {
      queryClient.setQueryData<SessionState>(sessionKey, { session: null, reason: signedOutReason(problem) });
    }
    // A right was taken away since the page was opened: menu and buttons follow.
    if (problem.code === 'permission.denied') void queryClient.invalidateQueries({ queryKey: sessionKey });
    if (problem.code === 'session.passwordChangeRequired') {
      queryClient.setQueryData<SessionState>(sessionKey, (state) =>
        state?.session ? { ...state, session: { ...state.session, mustChangePassword: true } } : state,
      );
    }
  },
});

/** Calls an endpoint of the contract. See `@anlin/client`. */
export const call = client.call;
export const uploadFile = client.uploadFile;

export async function loadSession(): Promise<SessionState> {
  try {
    return { session: await call(currentSession), reason: '' };
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return { session: null, reason: signedOutReason(error) };
    throw error;
  }
}

/** "Please sign in" needs no saying on a page that asks for it. */
function signedOutReason(problem: ProblemError): string {
  return problem.code === 'session.required' ? '' : problem.detail;
}

/** The Chinese sentence of any error, for a message or an alert. */
export function errorText(error: unknown): string {
  if (error instanceof ProblemError) return error.detail;
  if (error instanceof CancelledError) return '已按您的要求停止读取，这里没有最新的数据。需要时请刷新页面再读一次';
  return '页面出错了，请刷新后再试';
}
