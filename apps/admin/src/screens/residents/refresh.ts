import type { QueryClient } from '@tanstack/react-query';

/**
 * Asks anew for everything on the screen but the stay in an open drawer: a stay that has just ended is no longer in the list
 * of those who live here, so asking for it again would be refused.
 */
export function refreshAll(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey }) => !(queryKey[0] === 'occupancy' && queryKey[1] === 'one'),
  });
}
