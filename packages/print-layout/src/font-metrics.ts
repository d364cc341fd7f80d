import { narrowBold, narrowRegular, rareRanges, slicedRanges } from './font-data.ts';

/**
 * Widths and coverage of Noto Sans SC, the one font of paper: what the browser shows and what the PDF embeds have these
 * measures, so that a line breaks at the same place in both.
 */
interface Range {
  from: number;
  /** Last code point of the run. */
  to: number;
}

function readRanges(text: string): Range[] {
  let end = 0;
  return text.split(',').map((part) => {
    const [gap = '0', length = '1'] = part.split(' ');
    const from = end + Number.parseInt(gap, 36);
    end = from + Number.parseInt(length, 36);
    return { from, to: end - 1 };
  });
}

function readNarrow(text: string): Map<number, number> {
  const widths = new Map<number, number>();
  for (const group of text.split(';')) {
    const [width = '1000', ranges = ''] = group.split(':');
    for (const { from, to } of readRanges(ranges))
      for (let one = from; one <= to; one += 1) widths.set(one, Number(width) / 1000);
  }
  return widths;
}

const sliced = readRanges(slicedRanges);
const rare = readRanges(rareRanges);
const regular = readNarrow(narrowRegular);
const bold = readNarrow(narrowBold);

function isIn(ranges: readonly Range[], codePoint: number): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const { from, to } = ranges[middle]!;
    if (codePoint < from) high = middle - 1;
    else if (codePoint > to) low = middle + 1;
    else return true;
  }
  return false;
}

/** Whether the font of rare characters has it: names such as 㛃 and 𠅤. It has one weight. */
export function isRareCharacter(codePoint: number): boolean {
  return isIn(rare, codePoint);
}

const printable = new Map<number, boolean>();

/** Whether there is a picture of the character at all. */
export function isPrintable(codePoint: number): boolean {
  const known = printable.get(codePoint);
  if (known !== undefined) return known;
  const found = isIn(sliced, codePoint) || isIn(rare, codePoint);
  printable.set(codePoint, found);
  return found;
}

/** Width of one character in ems. */
export function characterEms(codePoint: number, isBold: boolean): number {
  return (isBold ? bold : regular).get(codePoint) ?? 1;
}

/** Runs of code points of the font of rare characters, as CSS writes them: U+3400-3402. */
export function rareUnicodeRange(): string {
  return rare
    .map(({ from, to }) => (from === to ? `U+${from.toString(16)}` : `U+${from.toString(16)}-${to.toString(16)}`))
    .join(',');
}
