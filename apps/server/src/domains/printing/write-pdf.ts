import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type PrintLayout, type PrintPage, type PrintPrimitive, pointMm } from '@anlin/print-layout';
import PDFDocument from 'pdfkit';
import { type FontPart, fontOf } from './pdf-fonts.ts';

const points = (mm: number) => mm / pointMm;
/**
 * The parts of pdfkit's documents and embedded fonts that text is written through. Its own `text` shapes and measures every
 * run anew, which costs ten times as much; our positions are final, so glyphs are put down as they are.
 */
interface EmbeddedFont {
  id: string;
  ref(): object;
  font: { glyphForCodePoint(codePoint: number): { id: number; advanceWidth: number; codePoints: number[] } };
  subset: { includeGlyph(glyphId: number): number };
  scale: number;
  widths: (number | undefined)[];
  unicode: (number[] | undefined)[];
}
interface PdfInside {
  _font: EmbeddedFont;
  page: { fonts: Record<string, object> };
  addContent(content: string): void;
  openImage(source: Buffer): PDFKit.Mixins.ImageSrc;
}

/** A character as the content of a page names it: a font and the number of its glyph in the embedded subset. */
interface SetCharacter {
  font: EmbeddedFont;
  code: string;
  isDrawnBold: boolean;
}

export interface PdfWriter {
  /** Writes the pages of one document. */
  add(layout: PrintLayout): Promise<void>;
  /** Ends the file and waits until all of it has gone out. */
  end(): Promise<void>;
  /** Gives up: whoever reads the stream sees it break. */
  fail(error: Error): void;
}

/**
 * Writes laid out pages as one PDF into a stream, page by page, so that memory does not grow with the number of
 * documents. Each font is embedded with the characters used and no others. `readImage` gives a picture's bytes.
 */
export function openPdf(
  out: Writable,
  options: { title: string; readImage: (imageId: string) => Promise<Buffer> },
): PdfWriter {
  const pdf = new PDFDocument({
    autoFirstPage: false,
    margin: 0,
    info: { Title: options.title, Producer: 'Anlin', Creator: 'Anlin' },
  });
  pdf.pipe(out);
  const done = finished(out);
  // Awaited in `end`; until then a failure must not pass for an unhandled one.
  done.catch(() => {});
  const images = new Map<string, PDFKit.Mixins.ImageSrc>();
  const inside = pdf as unknown as PdfInside;
  const fonts = new Map<string, EmbeddedFont>();
  const characters = { regular: new Map<string, SetCharacter>(), bold: new Map<string, SetCharacter>() };
  const embed = (part: FontPart): EmbeddedFont => {
    const known = fonts.get(part.name);
    if (known) return known;
    pdf.registerFont(part.name, part.content).font(part.name);
    fonts.set(part.name, inside._font);
    return inside._font;
  };
  const openImage = async (id: string) => {
    const known = images.get(id);
    if (known) return known;
    const image = inside.openImage(await options.readImage(id));
    images.set(id, image);
    return image;
  };
  const setCharacter = async (character: string, isBold: boolean): Promise<SetCharacter> => {
    const part = await fontOf(character, isBold);
    const one = { ...glyphIn(embed(part), character), isDrawnBold: part.isDrawnBold };
    characters[isBold ? 'bold' : 'regular'].set(character, one);
    return one;
  };
  const drawText = async (one: Extract<PrintPrimitive, { kind: 'text' }>) => {
    const known = characters[one.isBold ? 'bold' : 'regular'];
    const set: SetCharacter[] = [];
    for (const character of one.text) set.push(known.get(character) ?? (await setCharacter(character, one.isBold)));
    for (const { font } of set) inside.page.fonts[font.id] ??= font.ref();
    inside.addContent(textContent(set, one));
  };
  const draw = async (one: PrintPrimitive) => {
    switch (one.kind) {
      case 'text':
        return drawText(one);
      case 'line':
        pdf
          .lineWidth(points(one.lineMm))
          .moveTo(points(one.x1), points(one.y1))
          .lineTo(points(one.x2), points(one.y2))
          .stroke();
        return;
      case 'box':
        pdf
          .lineWidth(points(one.lineMm))
          .rect(points(one.x), points(one.y), points(one.width), points(one.height))
          .stroke();
        return;
      case 'fill':
        for (const [x, y, width, height] of one.rectangles)
          pdf.rect(points(x), points(y), points(width), points(height));
        pdf.fill();
        return;
      case 'image':
        pdf.image(await openImage(one.imageId), points(one.x), points(one.y), {
          fit: [points(one.width), points(one.height)],
          align: 'center',
          valign: 'center',
        });
    }
  };
  const addPage = async (page: PrintPage) => {
    pdf.addPage({ size: [points(page.widthMm), points(page.heightMm)], margin: 0 });
    for (const one of page.primitives) await draw(one);
  };
  return {
    async add(layout) {
      for (const page of layout.pages) await addPage(page);
      if (out.writableNeedDrain) await Promise.race([once(out, 'drain'), done]);
    },
    async end() {
      pdf.end();
      await done;
    },
    fail: (error) => void out.destroy(error),
  };
}

/** Takes a character into the subset of its font, with the width and the meaning its readers need. */
function glyphIn(font: EmbeddedFont, character: string): Pick<SetCharacter, 'font' | 'code'> {
  const glyph = font.font.glyphForCodePoint(character.codePointAt(0)!);
  const id = font.subset.includeGlyph(glyph.id);
  font.widths[id] ??= glyph.advanceWidth * font.scale;
  font.unicode[id] ??= [character.codePointAt(0)!];
  return { font, code: id.toString(16).padStart(4, '0') };
}

const number = (value: number) => Number(value.toFixed(3)).toString();

/** A line of text as page content. Pages are drawn from the top down, so letters are turned upright again. */
function textContent(set: readonly SetCharacter[], one: Extract<PrintPrimitive, { kind: 'text' }>): string {
  const isDrawnBold = set.some((character) => character.isDrawnBold);
  const parts = [
    `BT 1 0 0 -1 ${number(points(one.x))} ${number(points(one.baseline))} Tm`,
    ...(isDrawnBold ? [`${number(one.sizePt * 0.03)} w`] : []),
  ];
  for (let index = 0; index < set.length; ) {
    const first = set[index]!;
    let codes = '';
    for (; set[index]?.font === first.font; index += 1) codes += set[index]!.code;
    parts.push(
      ...(isDrawnBold ? [first.isDrawnBold ? '2 Tr' : '0 Tr'] : []),
      `/${first.font.id} ${number(one.sizePt)} Tf <${codes}> Tj`,
    );
  }
  return [...parts, ...(isDrawnBold ? ['0 Tr'] : []), 'ET'].join(' ');
}
