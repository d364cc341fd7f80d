import type { Permission, SessionView } from '@anlin/contract';
import { createContext, use } from 'react';

export const SessionContext = createContext<SessionView | null>(null);

/** Who is signed in. Only inside the shell, where there always is someone. */
export function useSession(): SessionView {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession is for screens inside the shell');
  return session;
}

/** `can('house.edit')`: hides what the person may not do. The server checks again. */
export function useCan(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}
