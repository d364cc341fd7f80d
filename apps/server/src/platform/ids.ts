import { v7 } from 'uuid';

/** Makes ids in the application: UUIDv7, so that they sort by the time they were made. */
export type NewId = () => string;

export const newId: NewId = () => v7();

/** Ids that repeat for a seed: for demo data and replays. `startMs` is the epoch of the first one. */
export function seededIds(seed: number, startMs: number): NewId {
  let state = seed >>> 0;
  let count = 0;
  const nextByte = () => {
    // xorshift32: no cryptography wanted here, only repetition.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  };
  if (state === 0) state = 1;
  return () => {
    count += 1;
    return v7({
      msecs: startMs + Math.floor(count / 1000),
      seq: count % 1000,
      random: Uint8Array.from({ length: 16 }, nextByte),
    });
  };
}
