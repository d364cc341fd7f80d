import { usePersonMemory } from '../memory/use-person-memory.ts';
import { screens } from '../screens/index.tsx';
import { useSession } from '../session/session-context.ts';
import { maySee, type Screen } from './navigation.tsx';

/** How many favourites stand on the top bar; all of them are on the console (PLT-7). */
export const favouritesOnBar = 6;
export const mostFavourites = 24;

/** A person's favourite functions in their own order, without pages they may no longer open. */
export function useFavourites(): { favourites: Screen[]; keep: (paths: readonly string[]) => void } {
  const { permissions } = useSession();
  const [paths, keep] = usePersonMemory<readonly string[]>('favourites', readPaths);
  const favourites = paths.flatMap((path) => screens.find((screen) => screen.path === path) ?? []);
  return { favourites: favourites.filter((screen) => maySee(screen, permissions)), keep };
}

/** What most people open first, until they choose for themselves. */
const firstFavourites = ['/cashier/desk', '/estate/houses', '/estate/residents', '/charging/bills'];

function readPaths(stored: unknown): readonly string[] {
  if (!Array.isArray(stored)) return firstFavourites;
  return stored.filter((path) => typeof path === 'string').slice(0, mostFavourites);
}
