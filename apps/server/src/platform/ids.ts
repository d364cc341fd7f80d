import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Makes ids in the application: UUIDv7, so that they sort by the time they were made. */
export type NewId = () => string;

const randomPool = new Uint8Array(8192);
const randomPerId = 10;
let randomUsed = randomPool.length;
let lastMs = 0;
let sequence = 0;

/**
 * UUIDv7 (RFC 9562, method 1): milliseconds, then a counter of 32 bits that begins anywhere in a new millisecond and grows
 * within it, then 42 random bits. Chance is drawn for many ids at once, because a million bills want a million ids.
 */
export const newId: NewId = () => {
  if (randomUsed + randomPerId > randomPool.length) {
    randomFillSync(randomPool);
    randomUsed = 0;
  }
  const at = randomUsed;
  randomUsed += randomPerId;
  countOn(at);
  const high = Math.floor(lastMs / 0x1_0000);
  return (
    `${hex2(high >>> 24)}${hex2(high >>> 16)}${hex2(high >>> 8)}${hex2(high)}-${hex2(lastMs >>> 8)}${hex2(lastMs)}-` +
    `${hex2(0x70 | (sequence >>> 28))}${hex2(sequence >>> 20)}-${hex2(0x80 | ((sequence >>> 14) & 0x3f))}${hex2(sequence >>> 6)}-` +
    `${hex2((sequence << 2) | (randomPool[at + 4]! & 3))}${hexOf(at + 5)}${hexOf(at + 6)}${hexOf(at + 7)}${hexOf(at + 8)}${hexOf(at + 9)}`
  );
};

/** Goes on to the next place in time: a new millisecond, or the next number within the last one. */
function countOn(at: number): void {
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Of 31 bits, so that two thousand million ids fit into this millisecond.
    sequence =
      ((randomPool[at]! << 23) | (randomPool[at + 1]! << 16) | (randomPool[at + 2]! << 8) | randomPool[at + 3]!) >>> 0;
    return;
  }
  sequence = (sequence + 1) >>> 0;
  if (sequence === 0) lastMs += 1;
}
const hexes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const hex2 = (value: number) => hexes[value & 0xff]!;
const hexOf = (place: number) => hexes[randomPool[place]!]!;
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
