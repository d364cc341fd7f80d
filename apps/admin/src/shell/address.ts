import { useLocation, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Search } from './search-text.ts';

/** The current address and how to change it: `change({ page: '2', id: undefined })` keeps the other keys. */
export function useAddress() {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const change = useCallback(
    (patch: Readonly<Record<string, string | undefined>>, { replace = false } = {}) =>
      navigate({ to: '.', search: (old: Search) => ({ ...old, ...patch }), replace }),
    [navigate],
  );
  const go = useCallback(
    (to: string, query: Readonly<Record<string, string | undefined>> = {}, { replace = false } = {}) =>
      navigate({ to, search: query, replace }),
    [navigate],
  );
  return { pathname, search: search as Search, change, go };
}
