import { useCallback, useState } from 'react';
import { useSession } from '../session/session-context.ts';
import { readMemory, writeMemory } from './memory.ts';

/**
 * A value remembered for the signed-in person on this device. `read` checks what was stored, which may come
 * from an older release, and gives the value to start with when it is absent or no longer fits.
 */
export function usePersonMemory<T>(key: string, read: (stored: unknown) => T): [T, (value: T) => void] {
  const { staff } = useSession();
  const address = `${staff.id}.${key}`;
  const [held, setHeld] = useState(() => ({ address, value: read(readMemory(staff.id, key)) }));
  const value = held.address === address ? held.value : read(readMemory(staff.id, key));
  const remember = useCallback(
    (next: T) => {
      writeMemory(staff.id, key, next);
      setHeld({ address: `${staff.id}.${key}`, value: next });
    },
    [staff.id, key],
  );
  return [value, remember];
}
