import { type PrintDocument, type PrintTemplateContent, type PrintType, printSheet } from '@anlin/contract';
import { type AreaInput, layoutArea } from './layout-area.ts';
import type { PrintLayout, PrintPage, PrintPrimitive } from './primitives.ts';
import { drawRow, layoutHeading, layoutRows, layoutTotals, leastRowMm, type RowPiece, splitRow } from './table-rows.ts';

/** A roll is cut after this much even when there is more to print. */
const longestRollMm = 1500;

interface Frame {
  content: PrintTemplateContent;
  heading: RowPiece | null;
  totals: RowPiece[];
  /** Between the margins. */
  innerMm: number;
}

const heightOf = (pieces: readonly RowPiece[]) => pieces.reduce((sum, piece) => sum + piece.heightMm, 0);

/**
 * Lays out one document by a template: pages of primitives in mm, for the screen and for the PDF alike. Rows keep their
 * order, each is printed exactly once, the totals stand on the last page, and a row goes with them so that they never
 * stand alone. The template must have passed `checkTemplate`.
 */
export function layoutDocument(type: PrintType, content: PrintTemplateContent, document: PrintDocument): PrintLayout {
  const missing = new Set<string>();
  const cut = new Set<string>();
  const sheet = printSheet(content);
  const { margins, table } = content;
  const frame: Frame = {
    content,
    heading: layoutHeading(table, missing),
    totals: layoutTotals(table, document, missing),
    innerMm: (sheet.heightMm ?? longestRollMm) - margins.top - margins.bottom,
  };
  const rows = paginate(frame, layoutRows(type, table, document, missing));
  const pages = rows.map((pieces, index): PrintPage => {
    const input = { type, content, document, pageNumber: index + 1, pageCount: rows.length, missing, cut };
    const { primitives, usedMm } = drawPage(frame, input, pieces, sheet.heightMm);
    return { widthMm: sheet.widthMm, heightMm: sheet.heightMm ?? Math.max(30, usedMm + margins.bottom), primitives };
  });
  return { pages, missing: [...missing], cut: [...cut] };
}

/** Room for rows on a page, in mm. */
function roomMm({ content, heading, totals, innerMm }: Frame, isFirst: boolean, isLast: boolean): number {
  const { header, footer } = content;
  const above = (isFirst || header.isRepeated ? header.heightMm : 0) + (heading?.heightMm ?? 0);
  const below = (isLast || footer.isRepeated ? footer.heightMm : 0) + (isLast ? heightOf(totals) : 0);
  return innerMm - above - below;
}

/** Rows by page. There is always one page. */
function paginate(frame: Frame, rows: readonly RowPiece[]): RowPiece[][] {
  const { table, rowsPerPage } = frame.content;
  const most = Math.max(leastRowMm(table), Math.min(roomMm(frame, true, true), roomMm(frame, false, true)));
  const pieces = rows.flatMap((row) => splitRow(table, row, most));
  const pages: RowPiece[][] = [[]];
  let left = roomMm(frame, true, false);
  for (const piece of pieces) {
    const page = pages.at(-1)!;
    const isFull = rowsPerPage > 0 && page.length >= rowsPerPage;
    if (page.length > 0 && (isFull || piece.heightMm > left + 1e-6)) {
      pages.push([piece]);
      left = roomMm(frame, false, false) - piece.heightMm;
    } else {
      page.push(piece);
      left -= piece.heightMm;
    }
  }
  const last = pages.at(-1)!;
  if (heightOf(last) > roomMm(frame, pages.length === 1, true) + 1e-6) {
    // The totals need a page more; the last row goes with them.
    pages.push(last.length > 1 ? [last.pop()!] : []);
  }
  return pages;
}

function drawPage(
  frame: Frame,
  input: AreaInput,
  pieces: readonly RowPiece[],
  sheetMm: number | null,
): { primitives: PrintPrimitive[]; usedMm: number } {
  const { content, heading, totals } = frame;
  const { margins, header, footer, table } = content;
  const primitives: PrintPrimitive[] = [];
  const { left } = margins;
  let y = margins.top;
  if (input.pageNumber === 1 || header.isRepeated) {
    primitives.push(...layoutArea(input, header, left, y));
    y += header.heightMm;
  }
  const put = (piece: RowPiece, rules: Parameters<typeof drawRow>[2]) => {
    primitives.push(...drawRow(piece, { left, top: y }, table.hasGrid ? 'grid' : rules));
    y += piece.heightMm;
  };
  if (heading) put(heading, 'below');
  for (const piece of pieces) put(piece, 'none');
  const isLast = input.pageNumber === input.pageCount;
  if (isLast) for (const [index, piece] of totals.entries()) put(piece, index === 0 ? 'above' : 'none');
  if (isLast || footer.isRepeated) {
    const atBottom = footer.isAtBottom && sheetMm !== null;
    const top = atBottom ? sheetMm - margins.bottom - footer.heightMm : y;
    primitives.push(...layoutArea(input, footer, left, top));
    y = top + footer.heightMm;
  }
  return { primitives, usedMm: y };
}
