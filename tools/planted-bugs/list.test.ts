import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { plantedBugs } from './list.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the list of planted bugs', () => {
  it('has at least twenty-five, each with a name of its own', () => {
    expect(new Set(plantedBugs.map((bug) => bug.name)).size).toBe(plantedBugs.length);
    expect(plantedBugs.length).toBeGreaterThanOrEqual(25);
  });

  it.each(plantedBugs)('still finds its place exactly once, and its tests: $name', ({ file, find, caughtBy }) => {
    const occurrences = readFileSync(root + file, 'utf8').split(find).length - 1;
    expect({ file, occurrences }).toEqual({ file, occurrences: 1 });
    expect(caughtBy.filter((test) => !existsSync(root + test))).toEqual([]);
  });
});
