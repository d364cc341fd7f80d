import { type RefObject, useEffect, useRef } from 'react';

/** After a person chose a house the grid takes the focus, so that Enter goes on. */
export function useFocusOnce(isWanted: boolean, element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (isWanted) element.current?.focus();
  }, [isWanted, element]);
}

/** Keys of the desk, wherever the focus is. */
export function useDeskKeys(keys: readonly (readonly [key: string, act: () => void])[]): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const act = current.current.find(([key]) => key === event.key)?.[1];
      if (!act || event.repeat) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
