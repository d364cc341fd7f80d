import { toHalfWidth } from '@anlin/spreadsheet';

/** Plates in one form: `粤b·12345 ` → `粤B12345`. */
export function plateOf(text: string): string {
  return toHalfWidth(text)
    .replace(/[\s·•.-]/g, '')
    .toUpperCase();
}
