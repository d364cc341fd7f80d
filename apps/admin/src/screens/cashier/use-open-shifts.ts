import { listOpenShifts, type OpenShift, shiftResource } from '@anlin/contract';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/api.ts';
import { useCan } from '../../session/session-context.ts';

const freshForMs = 60_000;

/** What is still with cashiers, as far as the person may see it; nothing while it is not known. */
export function useOpenShifts(communityId: string | undefined): readonly OpenShift[] {
  const can = useCan();
  const { data } = useQuery({
    queryKey: [shiftResource.name, 'open', communityId],
    queryFn: ({ signal }) => call(listOpenShifts, { query: { communityId }, signal }),
    enabled: can('shift.view'),
    staleTime: freshForMs,
  });
  return data?.rows ?? [];
}
