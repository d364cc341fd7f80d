import { useEffect, useState } from 'react';
import { useAddress } from './address.ts';

/**
 * Leads to another page, once. While that page's code loads, this one is still shown and drawn again; a plain
 * `Navigate` would then start over each time.
 */
export function GoOnce({ to, search }: { to: string; search: Record<string, string | undefined> }) {
  const { go } = useAddress();
  const [target] = useState({ to, search });
  useEffect(() => {
    go(target.to, target.search, { replace: true });
  }, [go, target]);
  return null;
}
