import type { RowRange } from '@anlin/contract';

/** `2-500、620，700~900` as ranges; null when something in it is no number. Empty text is no range at all. */
export function readRanges(text: string): RowRange[] | null {
  const parts = text.split(/[,，、;；\s]+/).filter((part) => part !== '');
  const ranges = parts.map((part) => /^(\d{1,7})(?:[-~－–—至到](\d{1,7}))?$/.exec(part));
  if (ranges.some((found) => found === null || Number(found[1]) < 1)) return null;
  return ranges.map((found) => ({ from: Number(found?.[1]), to: Number(found?.[2] ?? found?.[1]) }));
}

/** Single rows as few ranges: 2 3 4 9 → 2-4, 9. */
export function rangesOf(rows: Iterable<number>): RowRange[] {
  const ranges: RowRange[] = [];
  for (const row of [...rows].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && row <= last.to + 1) last.to = Math.max(last.to, row);
    else ranges.push({ from: row, to: row });
  }
  return ranges;
}
