/**
 * Writers put characters XML cannot hold as _xHHHH_, and a literal text of that look with its underscore so escaped
 * (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
 */
export function decodeEscapes(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const NOT_XML =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 cannot hold
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const SPECIAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: see above
  /[&<>"\u0000-\u001f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_/;

/** Text for element content or a quoted attribute; what XML cannot hold is left out. */
export function encodeText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  if (!SPECIAL.test(whole)) return whole;
  return whole
    .replace(NOT_XML, '')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\r/g, '_x000D_');
}

/**
 * A text that outlives the chunk it was cut from. V8 keeps the whole parent alive for a slice of 13 characters or
 * more, so a table of such slices would hold the entire part in memory.
 */
export function detached(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
