import { Link } from '@tanstack/react-router';
import { createContext, lazy, type MouseEvent, type ReactNode, Suspense, use, useState } from 'react';
import { hasSection } from './sections.ts';

const ManualDrawer = lazy(() => import('./manual-drawer.tsx'));

const ManualContext = createContext<((section: string) => void) | null>(null);

/** Lets any page open a section of the manual beside the work. */
export function ManualProvider({ children }: { children: ReactNode }) {
  const [section, setSection] = useState<string>();
  return (
    <ManualContext value={setSection}>
      {children}
      <Suspense>
        {section === undefined ? null : <ManualDrawer section={section} onClose={() => setSection(undefined)} />}
      </Suspense>
    </ManualContext>
  );
}

/**
 * Link to a section. A click opens it beside the work; opened in a new tab it is a page of its own.
 * Shows nothing for a section that is not in the manual, so that no link leads nowhere.
 */
export function ManualLink({ section, children }: { section: string; children: ReactNode }) {
  const open = use(ManualContext);
  if (!hasSection(section)) return null;
  const onClick = (event: MouseEvent) => {
    if (!open || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(section);
  };
  return (
    <Link to="/manual/$section" params={{ section }} onClick={onClick}>
      {children}
    </Link>
  );
}
