import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { readMemory, writeMemory } from '../memory/memory.ts';
import type { ThemeMode } from './theme.ts';

const ThemeModeContext = createContext<{ mode: ThemeMode; setMode: (mode: ThemeMode) => void } | null>(null);

/** Remembers light or dark on this device; before anyone chooses, follows the system's. */
export function ThemeModeProvider({ children }: { children: ReactNode }) {
  const [mode, setMode] = useState<ThemeMode>(initialMode);
  useEffect(() => {
    document.documentElement.dataset.theme = mode;
  }, [mode]);
  const choose = (next: ThemeMode) => {
    writeMemory('device', 'theme', next);
    setMode(next);
  };
  return <ThemeModeContext value={{ mode, setMode: choose }}>{children}</ThemeModeContext>;
}

export function useThemeMode() {
  const value = use(ThemeModeContext);
  if (!value) throw new Error('useThemeMode needs ThemeModeProvider above it');
  return value;
}

function initialMode(): ThemeMode {
  const remembered = readMemory('device', 'theme');
  if (remembered === 'light' || remembered === 'dark') return remembered;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
