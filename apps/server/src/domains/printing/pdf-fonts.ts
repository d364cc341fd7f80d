import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isRareCharacter } from '@anlin/print-layout';
import { create, type Font } from 'fontkit';
import subsetFont from 'subset-font';

/**
 * Noto Sans SC comes in slices of about two hundred characters, by how common they are, each with all weights. A slice is
 * made a plain font of one weight when its first character is printed, and kept; the PDF then holds only the characters
 * it uses. Rare characters are in a font of our own making, in one weight.
 */
export interface FontPart {
  /** Name of the slice and weight, unique among all. */
  name: string;
  content: Buffer;
  /** The weight is drawn, because the font has only the regular one. */
  isDrawnBold: boolean;
}

interface OpenPart extends FontPart {
  font: Font;
}

const require = createRequire(import.meta.url);
const folder = dirname(require.resolve('@fontsource-variable/noto-sans-sc/package.json'));
const rareFile = require.resolve('@anlin/print-layout/fonts/noto-sans-sc-rare.woff2');

/** Slices by code point; several may claim one. */
let slices: ReadonlyMap<number, readonly string[]> | undefined;

function readSlices(): ReadonlyMap<number, readonly string[]> {
  const ranges = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>;
  const found = new Map<number, string[]>();
  for (const [key, text] of Object.entries(ranges)) {
    const slice = key.replace(/[[\]]/g, '');
    for (const range of text.split(',')) {
      const [from = '', to = from] = range.trim().replace(/^U\+/i, '').split('-');
      for (let one = Number.parseInt(from, 16); one <= Number.parseInt(to, 16); one += 1)
        found.set(one, [...(found.get(one) ?? []), slice]);
    }
  }
  return found;
}

const parts = new Map<string, Promise<OpenPart>>();

function loadPart(slice: string, isBold: boolean): Promise<OpenPart> {
  const name = `${slice}-${isBold ? 'bold' : 'regular'}`;
  const known = parts.get(name);
  if (known) return known;
  const loading = openPart(name, slice, isBold);
  parts.set(name, loading);
  // A slice that could not be read is tried again by the next who needs it.
  loading.catch(() => parts.delete(name));
  return loading;
}

function openFont(content: Buffer): Font {
  const font = create(content);
  if ('fonts' in font) throw new Error('a slice is one font');
  return font;
}

async function openPart(name: string, slice: string, isBold: boolean): Promise<OpenPart> {
  const isRare = slice === 'rare';
  const source = await readFile(isRare ? rareFile : join(folder, 'files', `noto-sans-sc-${slice}-wght-normal.woff2`));
  const text = String.fromCodePoint(...openFont(source).characterSet);
  const content = await subsetFont(source, text, {
    targetFormat: 'sfnt',
    ...(isRare ? {} : { variationAxes: { wght: isBold ? 700 : 400 } }),
  });
  return { name, content, isDrawnBold: isRare && isBold, font: openFont(content) };
}

const chosen = new Map<string, FontPart>();

/** The font that has this character, which `layoutDocument` has made sure exists. */
export async function fontOf(character: string, isBold: boolean): Promise<FontPart> {
  const key = `${isBold ? 'b' : 'r'}${character}`;
  const known = chosen.get(key);
  if (known) return known;
  const codePoint = character.codePointAt(0)!;
  slices ??= readSlices();
  const candidates = isRareCharacter(codePoint) ? ['rare'] : (slices.get(codePoint) ?? []);
  for (const slice of candidates) {
    const part = await loadPart(slice, isBold);
    if (!part.font.hasGlyphForCodePoint(codePoint)) continue;
    chosen.set(key, part);
    return part;
  }
  throw new Error(`no font has U+${codePoint.toString(16)}`);
}
