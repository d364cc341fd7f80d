import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type PrintLayout, type PrintPage, type PrintPrimitive, pointMm, textMm } from '@anlin/print-layout';
import PDFDocument from 'pdfkit';
import { type FontPart, fontOf } from './pdf-fonts.ts';

const points = (mm: number) => mm / pointMm;
/** Positions are ours to the last; the font's own kerning would move them. */
const plainFeatures = {
  kern: false,
  liga: false,
  clig: false,
  calt: false,
} as unknown as PDFKit.Mixins.OpenTypeFeatures[];

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
  const fonts = new Set<string>();
  const use = (part: FontPart, sizePt: number) => {
    if (!fonts.has(part.name)) {
      pdf.registerFont(part.name, part.content);
      fonts.add(part.name);
    }
    pdf.font(part.name).fontSize(sizePt);
  };
  const openImage = async (id: string) => {
    const known = images.get(id);
    if (known) return known;
    const image = (pdf as unknown as { openImage(source: Buffer): PDFKit.Mixins.ImageSrc }).openImage(
      await options.readImage(id),
    );
    images.set(id, image);
    return image;
  };
  const drawText = async (one: Extract<PrintPrimitive, { kind: 'text' }>) => {
    let x = one.x;
    for (const { part, text } of await runsOf(one.text, one.isBold)) {
      use(part, one.sizePt);
      if (part.isDrawnBold) pdf.lineWidth(one.sizePt * 0.03);
      pdf.text(text, points(x), points(one.baseline), {
        lineBreak: false,
        baseline: 'alphabetic',
        features: plainFeatures,
        ...(part.isDrawnBold ? { stroke: true, fill: true } : {}),
      });
      x += textMm(text, one.sizePt, one.isBold);
    }
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

/** Neighbouring characters of one font, so that each is written at once. */
async function runsOf(text: string, isBold: boolean): Promise<{ part: FontPart; text: string }[]> {
  const runs: { part: FontPart; text: string }[] = [];
  for (const character of text) {
    const part = await fontOf(character, isBold);
    const last = runs.at(-1);
    if (last?.part === part) last.text += character;
    else runs.push({ part, text: character });
  }
  return runs;
}
