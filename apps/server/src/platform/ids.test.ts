import { afterEach, describe, expect, it, vi } from 'vitest';
import { newId } from './ids.ts';

afterEach(() => vi.restoreAllMocks());

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

describe('new ids', () => {
  it('are of version 7, tell the millisecond they were made in, and sort in the order they were made', () => {
    const before = Date.now();
    const ids = Array.from({ length: 50_000 }, () => newId());
    expect(ids.filter((id) => !form.test(id))).toEqual([]);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(timeOf(ids[0]!)).toBeGreaterThanOrEqual(before);
    expect(timeOf(ids.at(-1)!)).toBeLessThanOrEqual(Date.now());
  });

  it('go on sorting when the clock goes back', () => {
    const last = newId();
    vi.spyOn(Date, 'now').mockReturnValue(Date.parse('2020-01-01'));
    const ids = [last, ...Array.from({ length: 100 }, () => newId())];
    expect(ids.toSorted()).toEqual(ids);
  });

  it('end in chance, so that two processes do not make the same', () => {
    const tails = Array.from({ length: 2000 }, () => newId().slice(-10));
    expect(new Set(tails).size).toBe(2000);
    const digits = new Set(tails.flatMap((tail) => [...tail].map((digit, place) => `${place}${digit}`)));
    expect(digits.size).toBe(160);
  });
});
