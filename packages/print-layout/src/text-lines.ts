import { characterEms, isPrintable } from './font-metrics.ts';

/** One point in mm. */
export const pointMm = 25.4 / 72;
const lineHeightEms = 1.3;
/** Where the baseline lies in the square a Chinese character fills. */
const baselineEms = 0.88;

/** Marks that steer the shape of others, and controls: they have no picture and are left out. */
const invisible = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu;
/** Never at the beginning of a line. */
const closing = new Set([...'，。、；：？！）》」』】〕’”,.;:?!)]}%℃㎡元']);

/**
 * Text as it can be set: invisible characters left out, and one that the font has no picture of written as its
 * number, 〔U+3106C〕, because an empty box says nothing. `missing` is told of those.
 */
export function settable(text: string, missing: Set<string>): string {
  let out = '';
  for (const character of text.toWellFormed().replace(/\r\n?/g, '\n').replaceAll('\t', ' ').replace(invisible, '')) {
    const codePoint = character.codePointAt(0)!;
    if (character === '\n' || isPrintable(codePoint)) out += character;
    else {
      missing.add(character);
      out += `〔U+${codePoint.toString(16).toUpperCase()}〕`;
    }
  }
  return out;
}

/** Width in mm of a line of text. */
export function textMm(text: string, sizePt: number, isBold: boolean): number {
  let ems = 0;
  for (const character of text) ems += characterEms(character.codePointAt(0)!, isBold);
  return ems * sizePt * pointMm;
}

export function lineMm(sizePt: number): number {
  return sizePt * pointMm * lineHeightEms;
}

/** From the top of a line to its baseline, in mm. */
export function baselineMm(sizePt: number): number {
  return sizePt * pointMm * ((lineHeightEms - 1) / 2 + baselineEms);
}

const isWordCharacter = (character: string) => /[\p{Script=Latin}\p{N}.,\-_/@]/u.test(character);

/** Pieces that are not broken: a Latin word or number, or one other character with the closing marks after it. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let last = '';
  for (const character of text) {
    const current = pieces.at(-1) ?? '';
    const belongs =
      current !== '' &&
      ((isWordCharacter(last) && isWordCharacter(character)) || (closing.has(character) && current.length < 24));
    if (belongs) pieces[pieces.length - 1] = current + character;
    else pieces.push(character);
    last = character;
  }
  return pieces;
}

/** Breaks a text into lines no wider than `widthMm`; a word wider than that is broken inside. Empty text has no line. */
export function wrapText(text: string, widthMm: number, sizePt: number, isBold: boolean): string[] {
  return text === '' ? [] : text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, widthMm, sizePt, isBold));
}

const tolerance = 1e-6;

function wrapParagraph(text: string, widthMm: number, sizePt: number, isBold: boolean): string[] {
  if (textMm(text, sizePt, isBold) <= widthMm + tolerance) return [text];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const add = (piece: string, width: number) => {
    if (line !== '' && used + width > widthMm + tolerance) {
      lines.push(line.trimEnd());
      line = '';
      used = 0;
      if (piece === ' ') return;
    }
    line += piece;
    used += width;
  };
  for (const piece of piecesOf(text)) {
    const width = textMm(piece, sizePt, isBold);
    if (width <= widthMm + tolerance) add(piece, width);
    else for (const character of piece) add(character, textMm(character, sizePt, isBold));
  }
  if (line !== '') lines.push(line);
  return lines;
}

export interface FittedText {
  lines: string[];
  sizePt: number;
  /** Something had to be left out. */
  isCut: boolean;
}

const leastSizePt = 6;

/** Sets a text into a box: first in several lines, then smaller, at last cut with an ellipsis. */
export function fitText(
  text: string,
  box: { widthMm: number; heightMm: number },
  sizePt: number,
  isBold: boolean,
): FittedText {
  const fits = (lines: readonly string[], size: number) =>
    lines.length * lineMm(size) <= box.heightMm + tolerance || lines.length <= 1;
  const isInside = (lines: readonly string[], size: number) =>
    fits(lines, size) && lines.every((line) => textMm(line, size, isBold) <= box.widthMm + tolerance);
  let size = sizePt;
  let lines = wrapText(text, box.widthMm, size, isBold);
  while (!isInside(lines, size) && size > leastSizePt) {
    size = Math.max(leastSizePt, size - 0.5);
    lines = wrapText(text, box.widthMm, size, isBold);
  }
  if (isInside(lines, size)) return { lines, sizePt: size, isCut: false };
  const most = Math.max(1, Math.floor((box.heightMm + tolerance) / lineMm(size)));
  const kept = lines.slice(0, most);
  kept[kept.length - 1] = cutLine(kept.at(-1) ?? '', box.widthMm, size, isBold);
  return { lines: kept, sizePt: size, isCut: true };
}

function cutLine(line: string, widthMm: number, sizePt: number, isBold: boolean): string {
  const characters = [...line];
  while (characters.length > 0 && textMm(`${characters.join('')}…`, sizePt, isBold) > widthMm) characters.pop();
  return characters.length === 0 && textMm('…', sizePt, isBold) > widthMm ? '' : `${characters.join('')}…`;
}
