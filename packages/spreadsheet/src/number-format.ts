import { dateCell, numberCell, textCell } from './cells.ts';
import { numberText, storedNumberText } from './number-text.ts';
import { type DateSystem, serialToDate, serialToTime } from './serial-date.ts';
import type { Cell } from './spreadsheet.ts';

/** What a number format makes of a number: a number, a day, a time of day, or a code padded with zeros to a length. */
export type NumberFormat = { readonly kind: 'number' | 'date' | 'time' } | { readonly kind: 'padded'; length: number };

const NUMBER: NumberFormat = { kind: 'number' };
const DATE: NumberFormat = { kind: 'date' };
const TIME: NumberFormat = { kind: 'time' };

// Formats that have a number but no text in the file (ECMA-376 part 1, 18.8.30, with the zh-CN column for 27-36 and 50-58).
const BUILT_IN_DATES = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);
const BUILT_IN_TIMES = new Set([18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56]);

/** `code` is the format's text when the file gives one; it goes before the built-in meaning of `id`. */
export function numberFormatOf(id: number, code: string | undefined): NumberFormat {
  if (code !== undefined) return numberFormatOfCode(code);
  if (BUILT_IN_DATES.has(id)) return DATE;
  return BUILT_IN_TIMES.has(id) ? TIME : NUMBER;
}

function numberFormatOfCode(code: string): NumberFormat {
  if (/^0{2,15}$/.test(code)) return { kind: 'padded', length: code.length };
  const bare = code
    .slice(0, 1_000)
    .replace(/"[^"]*"?/g, '')
    .replace(/\\.|_.|\*./gs, '')
    .replace(/\[(?:h+|m+|s+)\]/gi, 'h')
    .replace(/\[[^\]]*\]?/g, '')
    .toLowerCase()
    .replace(/general/g, '')
    .replace(/am\/pm|a\/p|上午\/下午/g, 'h')
    .split(';', 1)[0]!;
  if (/[yde]/.test(bare.replace(/0e[+-]/g, ''))) return DATE;
  if (/[hs]/.test(bare)) return TIME;
  return /m/.test(bare) ? DATE : NUMBER;
}

/** A cell from a number written as text in the file. */
export function storedNumberCell(stored: string, format: NumberFormat, system: DateSystem, isFormula: boolean): Cell {
  if (format.kind !== 'number') return formattedCell(Number(stored), format, system, isFormula);
  const text = storedNumberText(stored);
  return text === null ? textCell(stored, isFormula) : numberCell(text, isFormula);
}

/** A cell from a double. */
export function formattedCell(value: number, format: NumberFormat, system: DateSystem, isFormula: boolean): Cell {
  if (!Number.isFinite(value)) return textCell(String(value), isFormula);
  if (format.kind === 'date') {
    const day = serialToDate(value, system);
    if (day) return dateCell(day.date, day.text, isFormula);
  }
  if (format.kind === 'time' && value >= 0) return textCell(serialToTime(value), isFormula);
  if (format.kind === 'padded' && Number.isInteger(value) && value >= 0) {
    return textCell(numberText(value).padStart(format.length, '0'), isFormula);
  }
  return numberCell(numberText(value), isFormula);
}
