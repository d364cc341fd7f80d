import type { PrintColumn, PrintDocument, PrintTemplateContent, PrintType } from '@anlin/contract';
import { columnText, moneyText } from './field-text.ts';
import { alignedX, type PrintPrimitive } from './primitives.ts';
import { baselineMm, lineMm, pointMm, settable, textMm, wrapText } from './text-lines.ts';

const paddingX = 1;
const paddingY = 0.6;
const gridMm = 0.2;

/** A cell of the table: lines of text over one or several columns. */
interface Cell {
  x: number;
  width: number;
  align: PrintColumn['align'];
  lines: string[];
  sizePt: number;
  isBold: boolean;
}

/** One row, or a part of one that is taller than a page. */
export interface RowPiece {
  cells: Cell[];
  heightMm: number;
}

type Table = PrintTemplateContent['table'];

/** All rows of a document, each as tall as its tallest cell. */
export function layoutRows(type: PrintType, table: Table, document: PrintDocument, missing: Set<string>): RowPiece[] {
  return document.rows.map((row) =>
    rowOf(
      table,
      table.columns.map((column) =>
        settable(columnText(type, column.field, row[column.field] ?? '', column.moneyFormat), missing),
      ),
      false,
    ),
  );
}

export function layoutHeading(table: Table, missing: Set<string>): RowPiece | null {
  if (!table.hasHeading) return null;
  return rowOf(
    table,
    table.columns.map(({ heading }) => settable(heading, missing)),
    true,
  );
}

/** Totals below the last row, and the sum in capitals below them. */
export function layoutTotals(table: Table, document: PrintDocument, missing: Set<string>): RowPiece[] {
  const pieces: RowPiece[] = [];
  if (table.hasTotalRow) pieces.push(totalRow(table, document, missing));
  const { totalInWords, total } = document.fields;
  if (table.hasWordsRow && totalInWords !== undefined) {
    const width = table.columns.reduce((sum, column) => sum + column.widthMm, 0);
    const sum = moneyText(total ?? '', 'yuan');
    const figures = cellOf(table, { x: 0, width, align: 'right' }, settable(sum, missing), true);
    const taken = textMm(sum, table.sizePt, true) + 2 * paddingX;
    const words = settable(`合计（大写）：${totalInWords}`, missing);
    pieces.push(pieceOf(table, [cellOf(table, { x: 0, width: width - taken, align: 'left' }, words, true), figures]));
  }
  return pieces;
}

function totalRow(table: Table, document: PrintDocument, missing: Set<string>): RowPiece {
  const first = table.columns.findIndex((column) => column.hasTotal);
  const labelColumns = first <= 0 ? 1 : first;
  const labelWidth = table.columns.slice(0, labelColumns).reduce((sum, column) => sum + column.widthMm, 0);
  const label = cellOf(table, { x: 0, width: labelWidth, align: 'left' }, settable(table.totalLabel, missing), true);
  let x = labelWidth;
  const sums = table.columns.slice(labelColumns).map((column) => {
    const value = column.hasTotal ? moneyText(document.totals[column.field] ?? '', column.moneyFormat) : '';
    const cell = cellOf(table, { x, width: column.widthMm, align: column.align }, settable(value, missing), true);
    x += column.widthMm;
    return cell;
  });
  return pieceOf(table, [label, ...sums]);
}

function rowOf(table: Table, texts: readonly string[], isBold: boolean): RowPiece {
  let x = 0;
  const cells = table.columns.map((column, index) => {
    const cell = cellOf(table, { x, width: column.widthMm, align: column.align }, texts[index] ?? '', isBold);
    x += column.widthMm;
    return cell;
  });
  return pieceOf(table, cells);
}

type CellPlace = Pick<Cell, 'x' | 'width' | 'align'>;

/** A sum is never broken over two lines: it is set smaller. */
function cellOf(table: Table, place: CellPlace, text: string, isBold: boolean): Cell {
  const inner = place.width - 2 * paddingX;
  const isSum = /^[￥]?-?[\d,]+(\.\d+)?$/.test(text);
  const needed = isSum ? textMm(text, table.sizePt, isBold) : 0;
  const sizePt = needed > inner ? Math.max(5, (table.sizePt * inner) / needed) : table.sizePt;
  return { ...place, lines: wrapText(text, inner, sizePt, isBold), sizePt, isBold };
}

function pieceOf(table: Table, cells: Cell[]): RowPiece {
  return { cells, heightMm: Math.max(table.rowMm, ...cells.map(contentMm)) };
}

const contentMm = (cell: Cell) => cell.lines.length * lineMm(cell.sizePt) + 2 * paddingY;

/** Cuts a row taller than `mostMm` between its lines; every line stands on exactly one piece. */
export function splitRow(table: Table, row: RowPiece, mostMm: number): RowPiece[] {
  if (row.heightMm <= mostMm) return [row];
  const step = lineMm(table.sizePt);
  const linesPerPiece = Math.max(1, Math.floor((mostMm - 2 * paddingY) / step));
  const most = Math.max(...row.cells.map((cell) => cell.lines.length));
  const pieces: RowPiece[] = [];
  for (let from = 0; from < most; from += linesPerPiece)
    pieces.push(
      pieceOf(
        table,
        row.cells.map((cell) => ({ ...cell, lines: cell.lines.slice(from, from + linesPerPiece) })),
      ),
    );
  return pieces;
}

/** Puts a row on the page: with its cells' borders, or only the line below a heading or above the totals. */
export function drawRow(
  row: RowPiece,
  at: { left: number; top: number },
  rules: 'grid' | 'below' | 'above' | 'none',
): PrintPrimitive[] {
  const { left, top } = at;
  const bottom = top + row.heightMm;
  const texts = row.cells.flatMap((cell) => drawCell(cell, left, top, row.heightMm));
  const right = left + Math.max(0, ...row.cells.map((cell) => cell.x + cell.width));
  const across = (y: number): PrintPrimitive => ({ kind: 'line', x1: left, y1: y, x2: right, y2: y, lineMm: gridMm });
  if (rules === 'none') return texts;
  if (rules === 'below') return [...texts, across(bottom)];
  if (rules === 'above') return [...texts, across(top)];
  const edges = [...new Set([...row.cells.map((cell) => cell.x), right - left])];
  const verticals = edges.map(
    (x): PrintPrimitive => ({ kind: 'line', x1: left + x, y1: top, x2: left + x, y2: bottom, lineMm: gridMm }),
  );
  return [...texts, across(top), across(bottom), ...verticals];
}

function drawCell(cell: Cell, left: number, top: number, heightMm: number): PrintPrimitive[] {
  const step = lineMm(cell.sizePt);
  const first = top + Math.max(paddingY, (heightMm - cell.lines.length * step) / 2);
  return cell.lines.flatMap((text, index): PrintPrimitive[] => {
    if (text === '') return [];
    const width = textMm(text, cell.sizePt, cell.isBold);
    const x = alignedX(cell.align, left + cell.x + paddingX, cell.width - 2 * paddingX, width);
    return [
      {
        kind: 'text',
        x,
        baseline: first + index * step + baselineMm(cell.sizePt),
        width,
        sizePt: cell.sizePt,
        isBold: cell.isBold,
        text,
      },
    ];
  });
}

/** Least height in mm a row of this table can have. */
export function leastRowMm(table: Table): number {
  return Math.max(table.rowMm, table.sizePt * pointMm * 1.3 + 2 * paddingY);
}
