import { crc32, deflateRawSync } from 'node:zlib';

/** A part to be put into an archive by hand, with whatever it should lie about. */
export interface RawPart {
  readonly name: string;
  readonly data: Buffer | string;
  readonly declaredBytes?: number;
  readonly declaredCrc?: number;
  readonly flags?: number;
  readonly offset?: number;
  /** Already packed bytes, in place of packing `data`. */
  readonly packed?: Buffer;
}

/** Builds a ZIP byte by byte, so that tests can make archives no honest writer would. */
export function zipOf(parts: readonly RawPart[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const data = Buffer.from(part.data);
    const packed = part.packed ?? deflateRawSync(data);
    const name = Buffer.from(part.name);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(part.declaredCrc ?? crc32(data), 0);
    sizes.writeUInt32LE(packed.length, 4);
    sizes.writeUInt32LE(part.declaredBytes ?? data.length, 8);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(8, 8);
    sizes.copy(local, 14);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(part.flags ?? 0, 8);
    entry.writeUInt16LE(8, 10);
    sizes.copy(entry, 16);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(part.offset ?? offset, 42);
    locals.push(local, name, packed);
    directory.push(entry, name);
    offset += 30 + name.length + packed.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, entries, end]);
}

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** The parts of an .xlsx of one sheet with the given XML in it, and further parts. */
export function xlsxParts(sheetXml: string, others: readonly RawPart[] = []): RawPart[] {
  const links = [`<Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>`];
  if (others.some((part) => part.name === 'xl/sharedStrings.xml')) {
    links.push(`<Relationship Id="rId2" Type="${OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/>`);
  }
  if (others.some((part) => part.name === 'xl/styles.xml')) {
    links.push(`<Relationship Id="rId3" Type="${OFFICE}/styles" Target="styles.xml"/>`);
  }
  return [
    {
      name: '_rels/.rels',
      data: `<Relationships><Relationship Id="a" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      data: '<workbook xmlns:r="r"><sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>',
    },
    { name: 'xl/_rels/workbook.xml.rels', data: `<Relationships>${links.join('')}</Relationships>` },
    { name: 'xl/worksheets/sheet1.xml', data: sheetXml },
    ...others,
  ];
}

export function sheetOf(rows: string): string {
  return `<worksheet><sheetData>${rows}</sheetData></worksheet>`;
}
