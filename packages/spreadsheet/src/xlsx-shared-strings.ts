import { SpreadsheetError } from './spreadsheet.errors.ts';
import type { SpreadsheetLimits } from './spreadsheet.limits.ts';
import { decodeEscapes, detached } from './xlsx-text.ts';
import { createXmlScanner } from './xml-scanner.ts';

/** The table of shared strings. It is the one thing of an .xlsx that must be whole in memory, so it has its own limits. */
export async function readSharedStrings(chunks: AsyncIterable<Buffer>, limits: SpreadsheetLimits): Promise<string[]> {
  const strings: string[] = [];
  let chars = 0;
  let text = '';
  let isInText = false;
  let phoneticDepth = 0; // readings of Asian words (rPh) are not part of the text
  const scanner = createXmlScanner({
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') phoneticDepth += 1;
      else if (name === 't') isInText = phoneticDepth === 0;
    },
    close(name) {
      if (name === 't') isInText = false;
      else if (name === 'rPh') phoneticDepth -= 1;
      else if (name === 'si') strings.push(detached(decodeEscapes(text)));
    },
    text(piece) {
      if (!isInText) return;
      text += piece;
      chars += piece.length;
    },
  });
  const decoder = new TextDecoder('utf-8');
  for await (const chunk of chunks) {
    scanner.write(decoder.decode(chunk, { stream: true }));
    if (chars > limits.sharedTextChars || strings.length > limits.sharedStrings) {
      throw new SpreadsheetError('tooLarge', { what: 'sharedStrings', limitBytes: limits.sharedTextChars });
    }
  }
  scanner.end();
  return strings;
}
