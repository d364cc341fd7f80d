import '@fontsource-variable/noto-sans-sc/index.css';
import type { PrintPage } from '@anlin/print-layout';
import rareFont from '@anlin/print-layout/fonts/noto-sans-sc-rare.woff2?url';

/** The font of paper, the same as in the PDF; its second part holds rare characters and is fetched only for those. */
export const printFontFamily =
  '"Noto Sans SC Variable", "Anlin Rare", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

if (typeof FontFace !== 'undefined') document.fonts.add(new FontFace('Anlin Rare', `url(${rareFont})`));

/** Waits until every character of the pages can be drawn, so that nothing prints in a stand-in font. */
export async function loadPrintFonts(pages: readonly PrintPage[]): Promise<void> {
  const texts = { 400: new Set<string>(), 700: new Set<string>() };
  for (const page of pages)
    for (const one of page.primitives)
      if (one.kind === 'text') for (const character of one.text) texts[one.isBold ? 700 : 400].add(character);
  await Promise.all(
    ([400, 700] as const).map((weight) =>
      document.fonts.load(`${weight} 10px ${printFontFamily}`, [...texts[weight]].join('')),
    ),
  );
}
