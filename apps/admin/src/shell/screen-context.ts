import { createContext, use } from 'react';
import type { Screen } from './navigation.tsx';

export const ScreenContext = createContext<Screen | null>(null);

/** The registered screen this component is shown in, if any. */
export function useScreen(): Screen | null {
  return use(ScreenContext);
}
