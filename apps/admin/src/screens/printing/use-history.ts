import { useCallback, useState } from 'react';

const mostSteps = 100;

interface History<T> {
  past: T[];
  present: T;
  future: T[];
  /** Changes of one gesture, such as a drag, are one step. */
  gesture: string | undefined;
}

export interface Editing<T> {
  present: T;
  change: (next: T, gesture?: string) => void;
  /** Ends a gesture: what follows is a step of its own. */
  settle: () => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
}

/** A value with undo and redo. */
export function useHistory<T>(start: T): Editing<T> {
  const [history, setHistory] = useState<History<T>>({ past: [], present: start, future: [], gesture: undefined });
  const change = useCallback(
    (next: T, gesture?: string) =>
      setHistory(({ past, present, gesture: earlier }) => ({
        past: gesture !== undefined && gesture === earlier ? past : [...past, present].slice(-mostSteps),
        present: next,
        future: [],
        gesture,
      })),
    [],
  );
  const settle = useCallback(() => setHistory((one) => ({ ...one, gesture: undefined })), []);
  const undo = useCallback(
    () =>
      setHistory((one) => {
        const last = one.past.at(-1);
        if (last === undefined) return one;
        return { past: one.past.slice(0, -1), present: last, future: [one.present, ...one.future], gesture: undefined };
      }),
    [],
  );
  const redo = useCallback(
    () =>
      setHistory((one) => {
        const [next, ...rest] = one.future;
        if (next === undefined) return one;
        return { past: [...one.past, one.present], present: next, future: rest, gesture: undefined };
      }),
    [],
  );
  return {
    present: history.present,
    change,
    settle,
    undo,
    redo,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
  };
}
