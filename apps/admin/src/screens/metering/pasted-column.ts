/** Puts a figure into the row at this place and saves it as if it had been typed; null where the row takes none. */
export type FillRow = ((figure: string) => Promise<void>) | null;

/**
 * The figures of a column copied from a spreadsheet, one a line, or null where only one was copied: that is pasted as usual.
 * Of several columns the first counts; an empty line leaves its row as it is.
 */
export function readColumn(text: string): string[] | null {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n');
  if (lines.length < 2) return null;
  return lines.map((line) => (line.split('\t')[0] ?? '').replaceAll(',', '').trim());
}

/** Fills rows from a place on, one after the other, and says how many took a figure and how many figures had no row. */
export async function fillRows(
  fills: ReadonlyMap<number, FillRow>,
  from: number,
  figures: readonly string[],
): Promise<{ filled: number; left: number }> {
  let filled = 0;
  let left = 0;
  for (const [offset, figure] of figures.entries()) {
    if (figure === '') continue;
    const fill = fills.get(from + offset);
    if (!fill) {
      left += 1;
      continue;
    }
    await fill(figure);
    filled += 1;
  }
  return { filled, left };
}
