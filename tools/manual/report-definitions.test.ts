import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reportKeys, reportOf } from '../../packages/contract/src/index.ts';

const manual = readFileSync(new URL('../../docs/manual/reports.md', import.meta.url), 'utf8');

describe('the chapter on reports', () => {
  it('has every report with every column, defined in the words the screen shows', () => {
    const missing = reportKeys.flatMap((report) => {
      const { title, columns } = reportOf(report);
      const chapter = manual.split(/^## /m).find((one) => one.startsWith(`${title}\n`)) ?? '';
      return Object.values(columns)
        .filter((column) => !chapter.includes(`| ${column.title} | ${column.definition} |`))
        .map((column) => `${title} ${column.title}`);
    });
    expect(missing).toEqual([]);
  });
});
