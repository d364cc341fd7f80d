// Everything below a space except tab, line feed and carriage return; delete; the two non-characters.
const STRAY_CONTROLS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g;

/** A text without the control characters that no cell means to hold: XML forbids them, and in a CSV they look binary. */
export function withoutStrayControls(text: string): string {
  return text.replace(STRAY_CONTROLS, '');
}
