import { useEffect } from 'react';
import { usePersonMemory } from '../memory/use-person-memory.ts';
import { useSession } from '../session/session-context.ts';
import { useAddress } from './address.ts';

/** In the address when a person looks at all of their communities together. */
export const allCommunities = 'all';

export interface ChosenCommunity {
  /** `undefined` when all communities are shown together. */
  id: string | undefined;
  /** `全部小区` or the community's name. */
  name: string;
  /** Leads to the list of that community; `patch` changes more of the address along with it. */
  choose: (id: string | undefined, patch?: Readonly<Record<string, string | undefined>>) => void;
}

/**
 * The community of the switcher. The address wins, so that a shared link shows the same rows; without one,
 * what the person chose last; without that, all.
 */
export function useCommunity(): ChosenCommunity {
  const { communities } = useSession();
  const { search, change } = useAddress();
  const [remembered, remember] = usePersonMemory('community', readCommunity);
  const key = pickCommunity(
    search.community ?? remembered,
    communities.map(({ id }) => id),
  );
  const choose: ChosenCommunity['choose'] = (id, patch = {}) => {
    remember(id ?? allCommunities);
    change({ community: id ?? allCommunities, page: undefined, id: undefined, ...patch });
  };
  const chosen = communities.find(({ id }) => id === key);
  return { id: chosen?.id, name: chosen?.name ?? '全部小区', choose };
}

/** Writes the community into an address that lacks it, so that what is copied from the address bar is complete. */
export function useCommunityInAddress(): void {
  const { pathname, search, change } = useAddress();
  const { id } = useCommunity();
  // On the way out the address already reads `/sign-in` while the shell is still shown.
  const isMissing = search.community === undefined && pathname !== '/sign-in';
  useEffect(() => {
    if (isMissing) change({ community: id ?? allCommunities }, { replace: true });
  }, [isMissing, id, change]);
}

/** A wish that is out of the person's scope counts as none; someone with one community always works in it. */
export function pickCommunity(wished: string | undefined, inScope: readonly string[]): string {
  if (inScope.length === 1) return inScope[0] ?? allCommunities;
  return wished !== undefined && inScope.includes(wished) ? wished : allCommunities;
}

function readCommunity(stored: unknown): string {
  return typeof stored === 'string' ? stored : allCommunities;
}
