import { readCollectionSheets } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/api.ts';

/** What stands on these codes, in the order of the doors. */
export const useSheets = (ids: readonly string[]) =>
  useQuery({
    queryKey: ['collectionCode', 'sheets', ids],
    queryFn: ({ signal }) => call(readCollectionSheets, { body: { ids: [...ids], isPrinted: false }, signal }),
    staleTime: 0,
  });
