import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fontkit from 'fontkit';
import subsetFont from 'subset-font';

/**
 * Makes what paper is set with, from the whole Noto Sans SC (Regular, TrueType), whose path is the only argument:
 * the font of rare characters that the web slices of @fontsource-variable/noto-sans-sc leave out, and the widths and
 * coverage of both together. Run only when the font changes: node tools/make-print-font.ts <NotoSansSC-Regular.ttf>
 */
const [, , fullFontPath] = process.argv;
if (!fullFontPath) throw new Error('name the file of the whole Noto Sans SC Regular');
const target = fileURLToPath(new URL('../packages/print-layout/', import.meta.url));
const slices = join(
  dirname(createRequire(import.meta.url).resolve('@fontsource-variable/noto-sans-sc/package.json')),
  'files',
);

type Widths = Map<number, number>;

function openFont(content: Buffer): fontkit.Font {
  const font = fontkit.create(content);
  if ('fonts' in font) throw new Error('a collection of fonts is not one font');
  return font;
}

function readWidths(content: Buffer, into: Widths): void {
  const font = openFont(content);
  for (const codePoint of font.characterSet) {
    if (!into.has(codePoint)) into.set(codePoint, Math.round(font.glyphForCodePoint(codePoint).advanceWidth));
  }
}

const regular: Widths = new Map();
const bold: Widths = new Map();
for (const name of readdirSync(slices).filter((one) => one.endsWith('-wght-normal.woff2'))) {
  const content = readFileSync(join(slices, name));
  const text = String.fromCodePoint(...openFont(content).characterSet);
  for (const [weight, widths] of [
    [400, regular],
    [700, bold],
  ] as const)
    readWidths(await subsetFont(content, text, { targetFormat: 'sfnt', variationAxes: { wght: weight } }), widths);
}
const inSlices = new Set(regular.keys());
const full = readFileSync(fullFontPath);
const rare = openFont(full).characterSet.filter((one) => one >= 0x20 && !inSlices.has(one));
const rareFont = await subsetFont(full, String.fromCodePoint(...rare), { targetFormat: 'woff2' });
writeFileSync(join(target, 'fonts/noto-sans-sc-rare.woff2'), rareFont);
const plainRare = await subsetFont(full, String.fromCodePoint(...rare), { targetFormat: 'sfnt' });
readWidths(plainRare, regular);
readWidths(plainRare, bold);

/** Runs of neighbouring code points as `gap length` pairs in base 36. */
function writeRanges(codePoints: readonly number[]): string {
  const sorted = [...codePoints].sort((a, b) => a - b);
  const parts: string[] = [];
  let end = 0;
  for (let index = 0; index < sorted.length; ) {
    const from = sorted[index]!;
    let to = from;
    while (sorted[index + 1] === to + 1) {
      index += 1;
      to += 1;
    }
    index += 1;
    parts.push(`${(from - end).toString(36)} ${(to - from + 1).toString(36)}`);
    end = to + 1;
  }
  return parts.join(',');
}

/** Code points that are not one em wide, grouped by width in thousandths of an em. */
function writeNarrow(widths: Widths): string {
  const byWidth = Map.groupBy(
    [...widths].filter(([, width]) => width !== 1000),
    ([, width]) => width,
  );
  return [...byWidth]
    .sort(([a], [b]) => a - b)
    .map(([width, entries]) => `${width}:${writeRanges(entries.map(([codePoint]) => codePoint))}`)
    .join(';');
}

writeFileSync(
  join(target, 'src/font-data.ts'),
  `// Made by tools/print-font/make-print-font.ts from Noto Sans SC (SIL Open Font License 1.1). Not edited by hand.
export const slicedRanges =
  '${writeRanges([...inSlices])}';
export const rareRanges =
  '${writeRanges(rare)}';
export const narrowRegular =
  '${writeNarrow(regular)}';
export const narrowBold =
  '${writeNarrow(bold)}';
`,
);
console.log(`${inSlices.size} characters in slices, ${rare.length} rare, ${rareFont.length} bytes`);
