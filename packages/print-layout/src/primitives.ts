import type { PrintAlign } from '@anlin/contract';

/** What a page is made of: places and sizes in mm from its top left corner, sizes of type in points. */
export type PrintPrimitive =
  | { kind: 'text'; x: number; baseline: number; width: number; sizePt: number; isBold: boolean; text: string }
  | { kind: 'line'; x1: number; y1: number; x2: number; y2: number; lineMm: number }
  | { kind: 'box'; x: number; y: number; width: number; height: number; lineMm: number }
  /** Filled rectangles: x, y, width, height. */
  | { kind: 'fill'; rectangles: readonly (readonly [number, number, number, number])[] }
  | { kind: 'image'; x: number; y: number; width: number; height: number; imageId: string };

export interface PrintPage {
  widthMm: number;
  heightMm: number;
  primitives: PrintPrimitive[];
}

export interface PrintLayout {
  pages: PrintPage[];
  /** Characters the font has no picture of; they are printed as their numbers. */
  missing: string[];
  /** Names of fields that had to be cut because their box is too small. */
  cut: string[];
}

/** Left edge of something `width` wide in a box. */
export function alignedX(align: PrintAlign, boxX: number, boxWidth: number, width: number): number {
  if (align === 'left') return boxX;
  return align === 'right' ? boxX + boxWidth - width : boxX + (boxWidth - width) / 2;
}
