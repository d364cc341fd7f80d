import type { PrintArea, PrintDocument, PrintElement, PrintTemplateContent, PrintType } from '@anlin/contract';
import { encode } from 'uqr';
import { fieldText } from './field-text.ts';
import { alignedX, type PrintPrimitive } from './primitives.ts';
import { baselineMm, fitText, lineMm, settable, textMm } from './text-lines.ts';

export interface AreaInput {
  type: PrintType;
  content: PrintTemplateContent;
  document: PrintDocument;
  pageNumber: number;
  pageCount: number;
  missing: Set<string>;
  cut: Set<string>;
}

/** The elements of a header or footer whose top left corner lies at `left`, `top`. */
export function layoutArea(input: AreaInput, area: PrintArea, left: number, top: number): PrintPrimitive[] {
  return area.elements.flatMap((element) =>
    layoutElement(input, { ...element, x: element.x + left, y: element.y + top }),
  );
}

function layoutElement(input: AreaInput, element: PrintElement): PrintPrimitive[] {
  const { x, y, width, height, lineMm: weight } = element;
  switch (element.kind) {
    case 'field':
    case 'text':
      return layoutText(input, element);
    case 'line':
      return height > width
        ? [{ kind: 'line', x1: x, y1: y, x2: x, y2: y + height, lineMm: weight }]
        : [{ kind: 'line', x1: x, y1: y, x2: x + width, y2: y, lineMm: weight }];
    case 'box':
      return [{ kind: 'box', x, y, width, height, lineMm: weight }];
    case 'image':
      return pictureAt(element, element.imageId);
    case 'seal':
      return pictureAt(element, input.document.sealImageId);
    case 'logo':
      return pictureAt(element, input.document.logoImageId);
    case 'qr':
      return layoutQr(saidBy(input, element), element);
  }
}

/** A picture fitted into the element's box; nothing where there is none. */
function pictureAt({ x, y, width, height }: PrintElement, imageId: string | null): PrintPrimitive[] {
  return imageId ? [{ kind: 'image', x, y, width, height, imageId }] : [];
}

/** What a field says on this page. */
function saidBy({ type, content, document, pageNumber, pageCount }: AreaInput, element: PrintElement): string {
  if (element.field === 'page') return `第 ${pageNumber} 页，共 ${pageCount} 页`;
  if (element.field === 'title') return content.isTitleShown ? content.title : '';
  return fieldText(type, element.field, document.fields[element.field] ?? '', element.moneyFormat);
}

function wordsOf(input: AreaInput, element: PrintElement): string {
  if (element.kind === 'text') return element.text;
  const value = saidBy(input, element);
  return element.isLabelShown && element.field !== 'title' ? element.label + value : value;
}

function layoutText(input: AreaInput, element: PrintElement): PrintPrimitive[] {
  const text = settable(wordsOf(input, element), input.missing);
  if (text === '') return [];
  const inset = element.isFramed ? 1 : 0;
  const box = { widthMm: element.width - 2 * inset, heightMm: element.height };
  const { lines, sizePt, isCut } = fitText(text, box, element.sizePt, element.isBold);
  if (isCut) input.cut.add(element.kind === 'text' ? '文字' : element.field);
  const step = lineMm(sizePt);
  const top = element.y + Math.max(0, (element.height - lines.length * step) / 2);
  const texts = lines.flatMap((line, index): PrintPrimitive[] => {
    if (line === '') return [];
    const width = textMm(line, sizePt, element.isBold);
    const x = alignedX(element.align, element.x + inset, box.widthMm, width);
    return [
      {
        kind: 'text',
        x,
        baseline: top + index * step + baselineMm(sizePt),
        width,
        sizePt,
        isBold: element.isBold,
        text: line,
      },
    ];
  });
  if (!element.isFramed) return texts;
  const widest = Math.max(0, ...lines.map((line) => textMm(line, sizePt, element.isBold)));
  const frame = {
    x: alignedX(element.align, element.x, element.width, widest + 2),
    y: top,
    width: widest + 2,
    height: Math.min(lines.length * step, element.height),
  };
  return [...texts, { kind: 'box', ...frame, lineMm: element.lineMm }];
}

function layoutQr(value: string, element: PrintElement): PrintPrimitive[] {
  if (value === '') return [];
  const { data, size } = encode(value, { border: 0, ecc: 'M' });
  const side = Math.min(element.width, element.height);
  const module = side / size;
  const rectangles = data.flatMap((row, y) =>
    runsOf(row).map(
      ([from, length]) => [element.x + from * module, element.y + y * module, length * module, module] as const,
    ),
  );
  return [{ kind: 'fill', rectangles }];
}

/** Neighbouring dark modules of a row as one rectangle: `[first, how many]`. */
function runsOf(row: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  row.forEach((isDark, index) => {
    const last = runs.at(-1);
    if (!isDark) return;
    if (last && last[0] + last[1] === index) last[1] += 1;
    else runs.push([index, 1]);
  });
  return runs;
}
