/** Full-width letters, digits and signs (U+FF01–FF5E) and the ideographic space as their half-width selves. */
export function toHalfWidth(text: string): string {
  return text.replace(/[\uff01-\uff5e\u3000]/g, (char) =>
    char === '\u3000' ? ' ' : String.fromCharCode(char.charCodeAt(0) - 0xfee0),
  );
}

const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\p{Cc}]/gu;
const ANY_SPACE = /[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]+/g;

/**
 * A text as the person meant it: half-width, without zero-width and control characters, each run of any kind of
 * space a single one, none at the ends. For names, numbers and codes; not for free remarks with lines of their own.
 */
export function cleanText(text: string): string {
  return toHalfWidth(text.replace(/[\t\r\n]+/g, ' '))
    .replace(INVISIBLE, '')
    .replace(ANY_SPACE, ' ')
    .trim();
}
