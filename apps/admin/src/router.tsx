import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouteComponent,
} from '@tanstack/react-router';
import { Skeleton } from 'antd';
import { type ComponentType, lazy, Suspense } from 'react';
import { ManualPage } from './manual/manual-page.tsx';
import { screens } from './screens/index.tsx';
import { useSession } from './session/session-context.ts';
import { SessionGate } from './session/session-gate.tsx';
import { useAddress } from './shell/address.ts';
import { PageFailure, PageForbidden, PageNotFound } from './shell/failure.tsx';
import { GoOnce } from './shell/go-once.tsx';
import { maySee, menuFor, type Screen } from './shell/navigation.tsx';
import { ScreenContext } from './shell/screen-context.ts';
import { parseSearch, stringifySearch } from './shell/search-text.ts';
import { Shell } from './shell/shell.tsx';

const PrintPage = lazy(() => import('./print/print-page.tsx'));

const rootRoute = createRootRoute({ component: Outlet });

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./session/sign-in-page.tsx')),
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('./session/setup-page.tsx')),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  component: () => (
    <SessionGate>
      <Shell />
    </SessionGate>
  ),
});

const homeRoute = createRoute({ getParentRoute: () => shellRoute, path: '/', component: Home });

const manualRoute = createRoute({ getParentRoute: () => shellRoute, path: '/manual/$section', component: ManualPage });

/** Paper has no shell, but whoever prints is signed in. */
const slipRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/print/$kind/$id',
  component: () => (
    <SessionGate>
      <Suspense>
        <PrintPage />
      </Suspense>
    </SessionGate>
  ),
});

const WallPage = lazyRouteComponent(() => import('./wall/wall-page.tsx'));
/** A screen on a wall: by its link, or as whoever is signed in. */
const wallRoutes = ['/wall', '/wall/$token'].map((path) =>
  createRoute({ getParentRoute: () => rootRoute, path, component: WallPage }),
);

const screenRoutes = screens.map((screen) =>
  createRoute({ getParentRoute: () => shellRoute, path: screen.path, component: screenComponent(screen) }),
);

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    signInRoute,
    setupRoute,
    slipRoute,
    ...wallRoutes,
    shellRoute.addChildren([homeRoute, manualRoute, ...screenRoutes]),
  ]),
  parseSearch,
  stringifySearch,
  defaultErrorComponent: PageFailure,
  defaultNotFoundComponent: PageNotFound,
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
});

/** `/` leads to the first page of the person's menu. */
function Home() {
  const { permissions } = useSession();
  const { search } = useAddress();
  const first = menuFor(screens, permissions)[0]?.screens[0];
  return first ? <GoOnce to={first.path} search={search} /> : <PageForbidden title="任何页面" />;
}

/** A screen's page for those who may see it. The router loads its code while it matches the address. */
function screenComponent(screen: Screen): RouteComponent {
  const Page = lazyRouteComponent(screen.load);
  const render = () => <GuardedScreen screen={screen} page={Page} />;
  return Object.assign(render, { preload: Page.preload });
}

function GuardedScreen({ screen, page: Page }: { screen: Screen; page: ComponentType }) {
  const { permissions } = useSession();
  if (!maySee(screen, permissions)) return <PageForbidden title={screen.title} />;
  return (
    <ScreenContext value={screen}>
      <Page />
    </ScreenContext>
  );
}

function PageSkeleton() {
  return (
    <div style={{ padding: 24 }}>
      <Skeleton active paragraph={{ rows: 8 }} title={{ width: 160 }} />
    </div>
  );
}
