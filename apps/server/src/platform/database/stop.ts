import type pg from 'pg';

/** Work that may be given up in the middle. */
export interface Stop {
  signal: AbortSignal;
  /** Ends what the PostgreSQL process with this id is doing; done when it has been told. */
  cancel(processId: number): Promise<unknown>;
}

/**
 * Cancels what a connection is doing as soon as the signal says so. Returns how to end that, to be awaited before the connection
 * does anything else: the cancellation must not meet the statement of whoever has the connection next.
 */
export function heedStop({ signal, cancel }: Stop, client: pg.PoolClient): () => Promise<void> {
  const { processID: processId } = client as pg.PoolClient & { processID: number };
  let cancelled: Promise<unknown> | undefined;
  const onAbort = () => {
    cancelled = cancel(processId).catch(() => {});
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return async () => {
    signal.removeEventListener('abort', onAbort);
    await cancelled;
  };
}
