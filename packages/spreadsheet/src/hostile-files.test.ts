import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';
import * as XLSX from '@e965/xlsx';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSpreadsheetError, openSpreadsheet, type SpreadsheetError, type SpreadsheetLimits } from './index.ts';
import { type RawPart, sheetOf, xlsxParts, zipOf } from './zip-bytes.test-kit.ts';

const MB = 1024 * 1024;

/** Reads a file to its end: the number of rows, or the refusal. */
async function readOut(bytes: Uint8Array, limits: Partial<SpreadsheetLimits> = {}): Promise<number | SpreadsheetError> {
  try {
    const spreadsheet = await openSpreadsheet({ bytes }, { limits });
    let count = 0;
    for (let sheet = 0; sheet < spreadsheet.sheets.length; sheet += 1) {
      for await (const _ of spreadsheet.rows(sheet)) count += 1;
    }
    return count;
  } catch (error) {
    if (isSpreadsheetError(error)) return error;
    throw error;
  }
}

const xlsx = (rows: string, others: readonly RawPart[] = []) => zipOf(xlsxParts(sheetOf(rows), others));
const ONE_ROW = '<row r="1"><c r="A1"><v>1</v></c></row>';

describe('a file that is no spreadsheet is named for what it is', () => {
  const head = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), randomBytes(2_000)]);
  test.each([
    ['an empty file', Buffer.alloc(0), { code: 'empty' }],
    ['a file of blank lines', Buffer.from('\r\n  \r\n'), { code: 'empty' }],
    ['a PNG', head('\x89PNG\r\n\x1a\n'), { code: 'notASpreadsheet', params: { found: 'image' } }],
    ['a JPEG', head('\xff\xd8\xff\xe0'), { code: 'notASpreadsheet', params: { found: 'image' } }],
    ['a PDF', head('%PDF-1.7\n'), { code: 'notASpreadsheet', params: { found: 'pdf' } }],
    ['random bytes', head('\x01\x02\x03\x00'), { code: 'notASpreadsheet', params: { found: 'binary' } }],
    [
      'a web page saved as .xls',
      Buffer.from('<html xmlns:x="urn:excel"><table><tr><td>1'),
      { code: 'notASpreadsheet', params: { found: 'html' } },
    ],
    [
      'an XML spreadsheet of 2003',
      Buffer.from('<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'),
      { code: 'notASpreadsheet', params: { found: 'xml' } },
    ],
    [
      'a Word document',
      zipOf([
        { name: '[Content_Types].xml', data: '<Types/>' },
        { name: 'word/document.xml', data: '<w/>' },
      ]),
      { code: 'notASpreadsheet', params: { found: 'docx' } },
    ],
    [
      'a zip of a spreadsheet',
      zipOf([{ name: '房屋.xlsx', data: xlsx(ONE_ROW) }]),
      { code: 'notASpreadsheet', params: { found: 'zip' } },
    ],
  ])('%s', async (_, bytes, expected) => {
    expect(await readOut(bytes)).toMatchObject(expected);
  });

  test('an .xlsx with a password, which is an OLE2 file with an encrypted package in it', async () => {
    const container = XLSX.CFB.utils.cfb_new();
    XLSX.CFB.utils.cfb_add(container, '/EncryptionInfo', Buffer.from('info'));
    XLSX.CFB.utils.cfb_add(container, '/EncryptedPackage', randomBytes(9_000));
    const bytes = XLSX.CFB.write(container, { type: 'buffer' }) as Buffer;
    expect(await readOut(bytes)).toMatchObject({ code: 'encrypted' });
  });

  test('an .xls with a password', async () => {
    const container = XLSX.CFB.utils.cfb_new();
    const bof = Buffer.from([0x09, 0x08, 4, 0, 0, 6, 5, 0]);
    const filePass = Buffer.from([0x2f, 0, 2, 0, 1, 0]);
    XLSX.CFB.utils.cfb_add(container, '/Workbook', Buffer.concat([bof, filePass]));
    const bytes = XLSX.CFB.write(container, { type: 'buffer' }) as Buffer;
    expect(await readOut(bytes)).toMatchObject({ code: 'encrypted' });
  });

  test('a Word document of 97', async () => {
    const container = XLSX.CFB.utils.cfb_new();
    XLSX.CFB.utils.cfb_add(container, '/WordDocument', randomBytes(5_000));
    const bytes = XLSX.CFB.write(container, { type: 'buffer' }) as Buffer;
    expect(await readOut(bytes)).toMatchObject({ code: 'notASpreadsheet', params: { found: 'doc' } });
  });

  test('a zip with encrypted parts', async () => {
    const parts = xlsxParts(sheetOf(ONE_ROW)).map((part) => ({ ...part, flags: 1 }));
    expect(await readOut(zipOf(parts))).toMatchObject({ code: 'encrypted' });
  });
});

describe('a bomb is refused before it goes off', () => {
  const zeros = Buffer.alloc(200 * MB);
  const packedZeros = deflateRawSync(zeros);
  const bombCrc = crc32(zeros);
  const bombParts = (declaredBytes: number): RawPart[] => {
    const [rels, workbook, links] = xlsxParts('');
    const sheet = {
      name: 'xl/worksheets/sheet1.xml',
      data: '',
      packed: packedZeros,
      declaredBytes,
      declaredCrc: bombCrc,
    };
    return [rels!, workbook!, links!, sheet];
  };

  test('200 KB that declare 200 MB', async () => {
    const bytes = zipOf(bombParts(200 * MB));
    expect(bytes.length).toBeLessThan(250 * 1024);
    expect(await readOut(bytes)).toMatchObject({ code: 'tooLarge', params: { what: 'unpacked' } });
  });

  test('200 KB that declare 1 KB and would unpack to 200 MB: given up at the first byte too many', async () => {
    const before = process.memoryUsage().rss;
    expect(await readOut(zipOf(bombParts(1_024)))).toMatchObject({ code: 'damaged', params: { reason: 'zipSize' } });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MB);
  });

  test('parts that together unpack to more than allowed', async () => {
    const others = Array.from({ length: 10 }, (_, index) => ({ name: `x${index}`, data: randomBytes(200_000) }));
    expect(await readOut(xlsx(ONE_ROW, others), { uncompressedBytes: 1_000_000 })).toMatchObject({ code: 'tooLarge' });
  });

  test('parts that share the same packed bytes', async () => {
    const parts = xlsxParts(sheetOf(ONE_ROW));
    const again = { ...parts[3]!, name: 'xl/worksheets/sheet2.xml', offset: 0 };
    expect(await readOut(zipOf([...parts, again]))).toMatchObject({
      code: 'damaged',
      params: { reason: 'zipOverlap' },
    });
  });

  test('too many parts', async () => {
    const others = Array.from({ length: 2_001 }, (_, index) => ({ name: `p${index}`, data: '' }));
    expect(await readOut(xlsx(ONE_ROW, others))).toMatchObject({ code: 'damaged', params: { reason: 'zipEntries' } });
  });

  test('a table of shared strings larger than memory should hold', async () => {
    const strings = { name: 'xl/sharedStrings.xml', data: `<sst>${'<si><t>abcdefghij</t></si>'.repeat(20_000)}</sst>` };
    expect(await readOut(xlsx(ONE_ROW, [strings]), { sharedTextChars: 100_000 })).toMatchObject({ code: 'tooLarge' });
    expect(await readOut(xlsx(ONE_ROW, [strings]), { sharedStrings: 1_000 })).toMatchObject({ code: 'tooLarge' });
  });

  test('a file over the limit of a file', async () => {
    expect(await readOut(xlsx(ONE_ROW), { fileBytes: 100 })).toMatchObject({
      code: 'tooLarge',
      params: { what: 'file' },
    });
  });
});

describe('what goes beyond the limits of a sheet is refused with the place', () => {
  test('a million columns', async () => {
    const cells = '<c><v>1</v></c>'.repeat(1_000_000);
    const expected = { code: 'tooManyColumns', params: { limit: 512, row: 1 } };
    expect(await readOut(xlsx(`<row>${cells}</row>`))).toMatchObject(expected);
    expect(await readOut(xlsx('<row r="1"><c r="XFD1"><v>1</v></c></row>'))).toMatchObject(expected);
    expect(await readOut(Buffer.from(`a${',b'.repeat(600)}\n`))).toMatchObject(expected);
  });

  test('empty but formatted cells far to the right are nothing to refuse', async () => {
    expect(await readOut(xlsx('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'))).toBe(1);
  });

  test('too many rows; empty ones do not count', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => `<row r="${index + 1}"><c><v>1</v></c></row>`).join('');
    expect(await readOut(xlsx(rows), { rows: 20 })).toMatchObject({ code: 'tooManyRows', params: { limit: 20 } });
    expect(await readOut(xlsx(`<row/>`.repeat(500) + ONE_ROW), { rows: 20 })).toBe(1);
    expect(await readOut(Buffer.from('a,b\n'.repeat(30)), { rows: 20 })).toMatchObject({ code: 'tooManyRows' });
  });

  test('too many sheets', async () => {
    const parts = xlsxParts(sheetOf(ONE_ROW));
    const sheets = '<sheet name="表" sheetId="1" r:id="rId1"/>'.repeat(51);
    parts[1] = { name: 'xl/workbook.xml', data: `<workbook><sheets>${sheets}</sheets></workbook>` };
    expect(await readOut(zipOf(parts))).toMatchObject({ code: 'tooManySheets', params: { limit: 50, actual: 51 } });
  });

  test('a text longer than Excel allows', async () => {
    const text = '长'.repeat(32_768);
    const expected = { code: 'cellTooLong', params: { limit: 32_767, row: 2, column: 2 } };
    const row = `<row r="2"><c r="B2" t="inlineStr"><is><t>${text}</t></is></c></row>`;
    expect(await readOut(xlsx(row))).toMatchObject(expected);
    expect(await readOut(Buffer.from(`a,b\n1,${text}\n`))).toMatchObject(expected);
  });

  test('a row number or cell reference outside of any sheet', async () => {
    expect(await readOut(xlsx('<row r="99999999"><c><v>1</v></c></row>'))).toMatchObject({ code: 'damaged' });
    expect(await readOut(xlsx('<row r="1"><c r="11"><v>1</v></c></row>'))).toMatchObject({ code: 'damaged' });
  });
});

describe('nothing in a file is fetched, expanded or run', () => {
  const withType = (declaration: string) =>
    zipOf(xlsxParts(`<?xml version="1.0"?>${declaration}${sheetOf('<row><c t="str"><v>&x;</v></c></row>')}`));

  test.each([
    ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'],
    ['entities within entities', '<!DOCTYPE a [<!ENTITY y "yy"><!ENTITY x "&y;&y;&y;">]>'],
    ['an external document type', '<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd">'],
  ])('%s is refused', async (_, declaration) => {
    expect(await readOut(withType(declaration))).toMatchObject({ code: 'damaged', params: { reason: 'documentType' } });
  });

  test('an entity without a declaration is refused', async () => {
    expect(await readOut(withType(''))).toMatchObject({ code: 'damaged', params: { reason: 'xmlEntity' } });
  });

  test('XML that never ends a tag does not pile up in memory', async () => {
    expect(await readOut(zipOf(xlsxParts(`<worksheet ${'a '.repeat(2 * MB)}`)))).toMatchObject({
      code: 'damaged',
      params: { reason: 'xmlTokenTooLong' },
    });
  });
});

describe('a damaged file ends as a refusal, never as a crash or a hang', () => {
  const SAMPLES = ['parking-spaces.xlsx', 'bills-haina.xls', 'vehicles-gbk.csv'].map((name) =>
    readFileSync(new URL(`../test-data/${name}`, import.meta.url)),
  );

  test('cut off anywhere', async () => {
    for (const sample of SAMPLES.slice(0, 2)) {
      const whole = await readOut(sample);
      for (let step = 1; step < 40; step += 1) {
        const outcome = await readOut(sample.subarray(0, Math.floor((sample.length * step) / 40)));
        // An .xls may lose what lies behind its workbook; rows are never lost in silence.
        expect(isSpreadsheetError(outcome) || outcome === whole).toBe(true);
      }
    }
  });

  test('a changed byte in a part is noticed by its checksum', async () => {
    const bytes = zipOf(xlsxParts(sheetOf(ONE_ROW)).map((part) => ({ ...part, declaredCrc: 1 })));
    expect(await readOut(bytes)).toMatchObject({ code: 'damaged', params: { reason: 'checksum' } });
  });

  test('300 mutations of good files each give rows or a typed refusal', async () => {
    const mutation = fc.record({
      sample: fc.nat(SAMPLES.length - 1),
      edits: fc.array(fc.record({ at: fc.double({ min: 0, max: 0.9999, noNaN: true }), byte: fc.nat(255) }), {
        minLength: 1,
        maxLength: 20,
      }),
    });
    await fc.assert(
      fc.asyncProperty(mutation, async ({ sample, edits }) => {
        const bytes = Buffer.from(SAMPLES[sample]!);
        for (const { at, byte } of edits) bytes[Math.floor(at * bytes.length)] = byte;
        const outcome = await readOut(bytes);
        return typeof outcome === 'number' || isSpreadsheetError(outcome);
      }),
      { numRuns: 300 },
    );
  });

  test('mutated sheet XML, in an archive that is whole, gives rows or a typed refusal', async () => {
    const xml = sheetOf(
      '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>x</t></r></is></c><c r="C1"><f>1</f><v>2.5</v></c></row>',
    );
    const strings = { name: 'xl/sharedStrings.xml', data: '<sst><si><t>a&amp;b</t></si></sst>' };
    await fc.assert(
      fc.asyncProperty(fc.nat(xml.length - 1), fc.nat(8), fc.string({ maxLength: 6 }), async (at, cut, put) => {
        const outcome = await readOut(zipOf(xlsxParts(xml.slice(0, at) + put + xml.slice(at + cut), [strings])));
        return typeof outcome === 'number' || isSpreadsheetError(outcome);
      }),
      { numRuns: 300 },
    );
  });

  test('a circle in the sectors of an .xls ends', async () => {
    const bytes = Buffer.from(SAMPLES[1]!);
    const tableSector = bytes.readUInt32LE(76);
    const table = (tableSector + 1) * 512;
    for (let sector = 0; sector < 30; sector += 1) bytes.writeUInt32LE(0, table + sector * 4);
    expect(await readOut(bytes)).toMatchObject({ code: 'damaged' });
  });

  test('a line of a CSV that never ends', async () => {
    const bytes = Buffer.from(`a,b\n${'1,'.repeat(4 * MB)}`);
    expect(await readOut(bytes)).toMatchObject({ code: 'damaged', params: { reason: 'csvRowTooLong' } });
  });

  test('a quote that is never closed', async () => {
    expect(await readOut(Buffer.from('a,b\n1,"2\n3,4\n'))).toMatchObject({
      code: 'damaged',
      params: { reason: 'csvQuote' },
    });
  });
});
