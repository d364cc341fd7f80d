import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useSession } from '../session/session-context.ts';
import { readPersonMemory, watchPersonMemory, writePersonMemory } from './person-memory.ts';

/**
 * A value remembered for the signed-in person, the same wherever the page shows it. `read` checks what was stored, which
 * may come from an older release, and gives the value to start with when it is absent or no longer fits.
 */
export function usePersonMemory<T>(key: string, read: (stored: unknown) => T): [T, (value: T) => void] {
  const staffId = useSession().staff.id;
  const stored = useSyncExternalStore(watchPersonMemory, () => readPersonMemory(staffId, key));
  const value = useMemo(() => read(stored), [stored, read]);
  const remember = useCallback((next: T) => writePersonMemory(staffId, key, next), [staffId, key]);
  return [value, remember];
}
