import type { ResidentView } from '@anlin/contract';
import { createContext, use, useSyncExternalStore } from 'react';

export type Community = ResidentView['communities'][number];

export interface Session {
  resident: ResidentView;
  /** The community whose pages are shown; undefined for whoever lives nowhere yet. */
  community: Community | undefined;
  houses: ResidentView['houses'];
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('no resident is signed in here');
  return session;
}

/** Of pages that are only shown to people who live somewhere. */
export function useCommunity(): Community {
  const { community } = useSession();
  if (!community) throw new Error('no community is chosen');
  return community;
}

const key = 'anlin.community';
const listeners = new Set<() => void>();

/** The community chosen on this phone; another when the person no longer lives there. */
export function useChosenCommunity(resident: ResidentView | null | undefined): Community | undefined {
  const chosen = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => localStorage.getItem(key),
  );
  return resident?.communities.find(({ id }) => id === chosen) ?? resident?.communities[0];
}

export function chooseCommunity(id: string): void {
  localStorage.setItem(key, id);
  for (const listener of listeners) listener();
}
