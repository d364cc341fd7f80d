import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from 'react';

/** Addresses: `/m/<company code>/<screen>/…`; the code is put in by whoever asks to go somewhere. */
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

export interface Address {
  /** Empty where the address names none. */
  companyCode: string;
  /** `['bills', '0199…']`; empty at home. */
  path: readonly string[];
  query: URLSearchParams;
}

export function readAddress(href: string): Address {
  const url = new URL(href);
  const [first = '', ...rest] = url.pathname
    .replace(/^\/m\/?/, '')
    .split('/')
    .filter(Boolean)
    .map(decodeURIComponent);
  const hasCode = /^[0-9a-f]{8}$/.test(first);
  return {
    companyCode: hasCode ? first : '',
    path: hasCode ? rest : first === '' ? [] : [first, ...rest],
    query: url.searchParams,
  };
}

export function useAddress(): Address {
  return readAddress(useSyncExternalStore(subscribe, () => window.location.href));
}

/** `/bills/1` within the company whose pages are open. */
export function hrefOf(to: string): string {
  const { companyCode } = readAddress(window.location.href);
  return `/m${companyCode === '' ? '' : `/${companyCode}`}${to === '/' ? '/' : to}`;
}

export function go(to: string, options: { replaces?: boolean } = {}): void {
  goTo(hrefOf(to), options);
}

export function goTo(href: string, { replaces = false }: { replaces?: boolean } = {}): void {
  if (replaces) window.history.replaceState({ isInside: window.history.state?.isInside }, '', href);
  else window.history.pushState({ isInside: true }, '', href);
  window.scrollTo(0, 0);
  for (const listener of listeners) listener();
}

/** Back to where one came from; to `fallback` for whoever opened this page first. */
export function goBack(fallback: string): void {
  if (window.history.state?.isInside) window.history.back();
  else go(fallback, { replaces: true });
}

export function Link({ to, ...rest }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  const onClick = (event: MouseEvent<HTMLAnchorElement>) => {
    rest.onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(to);
  };
  return <a {...rest} href={hrefOf(to)} onClick={onClick} />;
}
