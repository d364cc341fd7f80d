import { toHalfWidth } from '@anlin/spreadsheet';
import type { ImportColumn } from './importer.ts';

/** Eighteen or, of the old kind, fifteen digits with a day of birth among them; people put spaces and hyphens between. */
const idCard =
  /(?<!\d)[1-9](?:[\s-]?\d){5}(?:[\s-]?(?:1[89]|20))?(?:[\s-]?\d){2}[\s-]?(?:0[\s-]?[1-9]|1[\s-]?[0-2])[\s-]?(?:0[\s-]?[1-9]|[12][\s-]?\d|3[\s-]?[01])(?:[\s-]?\d){3}(?:[\s-]?[\dXx])?(?!\d)/g;
const longestShown = 7;

/** The first three and the last four stay, as far as that hides most of it. */
function masked(text: string): string {
  if (text.length <= longestShown + 4) return '*'.repeat(text.length);
  return `${text.slice(0, 3)}${'*'.repeat(text.length - longestShown)}${text.slice(-4)}`;
}

/** Hides what looks like an id-card number, wherever it stands in a text. Nothing of a file is kept without this. */
export function hideIdCards(text: string): string {
  // No digit, no number; most cells are names and short numbers.
  if (text.length < 15) return text;
  const plain = toHalfWidth(text);
  const hidden = plain.replace(idCard, (number) => masked(number.replace(/[\s-]/g, '')));
  return hidden === plain ? text : hidden;
}

/** A cell as it may be kept and shown: all of a secret column is hidden, whatever stands in it. */
export function shownCell(column: Pick<ImportColumn, 'isSecret'> | undefined, text: string): string {
  return column?.isSecret ? masked(text.trim()) : hideIdCards(text);
}
