import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { ManualProvider } from '../manual/manual-context.tsx';
import { usePersonMemory } from '../memory/use-person-memory.ts';
import { useCommunityInAddress } from './community.ts';
import { useDialogFocus } from './dialog-focus.ts';
import styles from './shell.module.css';
import { SideMenu } from './side-menu.tsx';
import { TopBar } from './top-bar.tsx';

const CommandPalette = lazy(() => import('./command-palette.tsx'));
const SlowReading = lazy(() => import('./slow-reading.tsx'));

/** Frame of every page after sign-in: menu on the left, bar on top, the page in the rest. */
export function Shell() {
  const [isCollapsed, setCollapsed] = usePersonMemory('menuCollapsed', isTrue);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  useCommunityInAddress();
  useDialogFocus();
  usePaletteKey(() => setPaletteOpen(true));
  return (
    <ManualProvider>
      <div className={styles.shell} data-collapsed={isCollapsed}>
        <a className={styles.skip} href="#page">
          跳到页面内容
        </a>
        <SideMenu isCollapsed={isCollapsed} />
        <TopBar
          isMenuCollapsed={isCollapsed}
          onToggleMenu={() => setCollapsed(!isCollapsed)}
          onOpenPalette={() => setPaletteOpen(true)}
        />
        <main id="page" className={styles.page} tabIndex={-1}>
          <Outlet />
        </main>
        <Suspense>{isPaletteOpen ? <CommandPalette onClose={() => setPaletteOpen(false)} /> : null}</Suspense>
        <Suspense>
          <SlowReading />
        </Suspense>
      </div>
    </ManualProvider>
  );
}

const isTrue = (stored: unknown) => stored === true;

function usePaletteKey(open: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        open();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open]);
}
