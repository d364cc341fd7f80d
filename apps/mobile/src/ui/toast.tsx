import { useSyncExternalStore } from 'react';

const shownMs = 3000;
let text = '';
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

function show(next: string): void {
  text = next;
  for (const listener of listeners) listener();
}

/** Says something for three seconds, also to screen readers. */
export function toast(message: string): void {
  clearTimeout(timer);
  show(message);
  timer = setTimeout(() => show(''), shownMs);
}

export function ToastArea() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => text,
  );
  return (
    <div className="toast-area" role="status">
      {shown && <p className="toast">{shown}</p>}
    </div>
  );
}
