import { type ReactNode, useEffect, useRef } from 'react';
import { errorText } from '../app/api.ts';
import { goBack, Link, useAddress } from '../app/router.tsx';
import { Icon, type IconName } from './icon.tsx';

const tabs: readonly { to: string; label: string; icon: IconName; within: readonly string[] }[] = [
  { to: '/', label: '首页', icon: 'home', within: [''] },
  {
    to: '/dues',
    label: '缴费',
    icon: 'fee',
    within: [
      'dues',
      'bills',
      'receipts',
      'receipt',
      'payments',
      'prepaid',
      'prepaid-account',
      'advance',
      'invoice',
      'auto-pay',
    ],
  },
  { to: '/houses', label: '房屋', icon: 'house', within: ['houses', 'members', 'vehicles', 'vehicle'] },
  { to: '/profile', label: '我的', icon: 'person', within: ['profile', 'messages', 'reminders'] },
];

/** A page among the four tabs; `back` shows the arrow and says where it leads for whoever opened this page first. */
export function Page({ title, back, children }: { title: string; back?: string; children: ReactNode }) {
  const { path } = useAddress();
  const here = path[0] ?? '';
  return (
    <div className="page with-bar">
      <PageHead title={title} back={back} />
      <main>{children}</main>
      <nav className="tab-bar" aria-label="主菜单">
        {tabs.map(({ to, label, icon, within }) => (
          <Link key={to} to={to} aria-current={within.includes(here) ? 'page' : undefined}>
            <Icon name={icon} />
            {label}
          </Link>
        ))}
      </nav>
    </div>
  );
}

/** The same without tabs: for whoever is not in yet. */
export function PlainPage({ title, back, children }: { title: string; back?: string; children: ReactNode }) {
  return (
    <div className="page">
      <PageHead title={title} back={back} />
      <main>{children}</main>
    </div>
  );
}

function PageHead({ title, back }: { title: string; back: string | undefined }) {
  useTitle(title);
  const heading = useRef<HTMLHeadingElement>(null);
  // Another page within the client: a screen reader says where one is, the keyboard goes on from the top.
  useEffect(() => {
    if (window.history.state?.isInside) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="head">
      {back === undefined ? (
        <span />
      ) : (
        <button type="button" className="icon-button" aria-label="返回" onClick={() => goBack(back)}>
          <Icon name="back" />
        </button>
      )}
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
    </header>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · 安邻`;
  }, [title]);
}

export function LoadingPage() {
  return (
    <div className="page">
      <main>
        <Loading />
      </main>
    </div>
  );
}

const lines = ['60%', '100%', '85%', '100%', '40%'];

/** What is there before the data is: its shape. */
export function Loading() {
  return (
    <div className="card stack" role="status" aria-label="正在加载">
      {lines.map((width, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines never change
        <div key={place} className="skeleton" style={{ width }} />
      ))}
    </div>
  );
}

/** A word in the middle of the page: nothing there, or something went wrong. */
export function Message({
  title,
  text,
  icon = 'notice',
  action,
}: {
  title: string;
  text?: string;
  icon?: IconName;
  action?: { label: string; run: () => void };
}) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <strong>{title}</strong>
      {text && <span>{text}</span>}
      {action && (
        <button type="button" className="button" onClick={action.run}>
          {action.label}
        </button>
      )}
    </div>
  );
}

/** What a query gives: its shape while it comes, what went wrong, or the page. */
export function Loaded<T>({
  query,
  children,
}: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (!query.error) return <Loading />;
  return (
    <Message
      icon="stop"
      title={navigator.onLine ? '没有打开' : '没有网络'}
      text={errorText(query.error)}
      action={{ label: '再试一次', run: () => void query.refetch() }}
    />
  );
}

/** A line that leads somewhere. */
export function RowLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to} className="row">
      {children}
      <Icon name="forward" className="icon chevron" />
    </Link>
  );
}

export function Wrong({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p className="wrong" role="alert">
      {errorText(error)}
    </p>
  );
}
