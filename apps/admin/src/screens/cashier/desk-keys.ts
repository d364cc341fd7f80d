import { type RefObject, useEffect, useRef } from 'react';

/** After a person chose a house the grid takes the focus, so that Enter goes on. */
export function useFocusOnce(isWanted: boolean, element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (isWanted) element.current?.focus();
  }, [isWanted, element]);
}

/** Goes on to the next payer once a receipt is written, when the dialog that asked for it is gone and holds no focus. */
export function useOnceCollected(receiptId: string | undefined, onNext: () => void): void {
  const next = useRef(onNext);
  useEffect(() => {
    next.current = onNext;
  });
  useEffect(() => {
    if (receiptId !== undefined) next.current();
  }, [receiptId]);
}

/**
 * Keys of the desk, wherever the focus is. While a dialog asks something they rest, `inDialog` apart: a payment must not be
 * taken behind a discount that is being typed.
 */
export function useDeskKeys(
  keys: readonly (readonly [key: string, act: () => void])[],
  inDialog: readonly string[] = [],
): void {
  const current = useRef({ keys, inDialog });
  useEffect(() => {
    current.current = { keys, inDialog };
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const pressed = event.shiftKey ? `Shift+${event.key}` : event.key;
      const act = current.current.keys.find(([key]) => key === pressed)?.[1];
      if (!act || event.repeat) return;
      event.preventDefault();
      if (isAsking() && !current.current.inDialog.includes(pressed)) return;
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function isAsking(): boolean {
  return [...document.querySelectorAll('.ant-modal-wrap')].some((one) => one.checkVisibility());
}
