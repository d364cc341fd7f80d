import { createClient, ProblemError } from '@anlin/client';
import { currentResident, type ResidentView } from '@anlin/contract';
import { QueryClient } from '@tanstack/react-query';
import { ToldError } from './told-error.ts';

export const sessionKey = ['session'] as const;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays a refusal; only a dead network is worth a second try.
      retry: (failures, error) => failures < 2 && error instanceof ProblemError && error.code === 'network.unreachable',
    },
  },
});

const client = createClient({
  baseUrl: '',
  onProblem: (problem, endpoint) => {
    if (problem.status === 401 && endpoint.access !== 'public') queryClient.setQueryData(sessionKey, null);
  },
});

/** Calls an endpoint of the contract. See `@anlin/client`. */
export const call = client.call;

/** Who is signed in; null: nobody. */
export async function loadResident(): Promise<ResidentView | null> {
  try {
    return await call(currentResident);
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return null;
    throw error;
  }
}

/** Somebody else, or nobody, is signed in from now on: nothing that was read for the one before is kept. */
export function setResident(resident: ResidentView | null): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' && queryKey[0] !== 'company' });
  queryClient.setQueryData(sessionKey, resident);
}

/** The Chinese sentence of any error: the first wrong field's where there is one. */
export function errorText(error: unknown): string {
  if (error instanceof ToldError) return error.message;
  if (!(error instanceof ProblemError)) return '页面出错了，请刷新后再试';
  return error.fields[0]?.message ?? error.detail;
}
