/** Keeps a few writing transactions going at once. */
export interface Writers {
  /** Waits for a free place and starts; throws what an earlier one failed with. */
  start(work: () => Promise<unknown>): Promise<void>;
  /** Waits for all that were started, failed or not. */
  allDone(): Promise<void>;
  /** Throws what one failed with. */
  check(): void;
}

/** At most `most` at once; after the first failure no more are started. */
export function createWriters(most: number): Writers {
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  const check = () => {
    if (failure) throw failure.error;
  };
  return {
    check,
    async allDone() {
      await Promise.all(running);
    },
    async start(work) {
      while (running.size >= most) await Promise.race(running);
      check();
      const one: Promise<void> = work()
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .then(() => {
          running.delete(one);
        });
      running.add(one);
    },
  };
}
