import { type NumberFormat, numberFormatOf } from './number-format.ts';
import { attributesOf, createXmlScanner } from './xml-scanner.ts';

/** The number format of each cell style, by the style's index. */
export function readCellFormats(xml: string): NumberFormat[] {
  const codes = new Map<number, string>();
  const formats: NumberFormat[] = [];
  let isInCellFormats = false;
  const scanner = createXmlScanner({
    open(name, tag) {
      if (name === 'cellXfs') isInCellFormats = true;
      if (name === 'numFmt') {
        const attributes = attributesOf(tag);
        codes.set(Number(attributes.get('numFmtId')), attributes.get('formatCode') ?? '');
      }
      if (name === 'xf' && isInCellFormats) {
        const id = Number(attributesOf(tag).get('numFmtId') ?? 0);
        formats.push(numberFormatOf(id, codes.get(id)));
      }
    },
    close(name) {
      if (name === 'cellXfs') isInCellFormats = false;
    },
    text() {},
  });
  for (let at = 0; at < xml.length; at += 65_536) scanner.write(xml.slice(at, at + 65_536));
  scanner.end();
  return formats;
}
