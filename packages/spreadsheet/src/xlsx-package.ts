import type { ByteSource } from './byte-source.ts';
import type { DateSystem } from './serial-date.ts';
import { damaged, SpreadsheetError } from './spreadsheet.errors.ts';
import type { SpreadsheetLimits } from './spreadsheet.limits.ts';
import { attributesOf, createXmlScanner } from './xml-scanner.ts';
import { readZipDirectory, type ZipDirectory, type ZipEntry } from './zip-directory.ts';
import { readSmallZipEntry } from './zip-entry.ts';

/** What an .xlsx says about itself before any sheet is read. */
export interface XlsxPackage {
  readonly sheets: readonly XlsxSheet[];
  readonly dateSystem: DateSystem;
  readonly sharedStrings: ZipEntry | undefined;
  readonly styles: ZipEntry | undefined;
}

export interface XlsxSheet {
  readonly name: string;
  readonly isHidden: boolean;
  readonly part: ZipEntry;
}

const SMALL_PART_BYTES = 4 * 1024 * 1024;

export async function readXlsxPackage(bytes: ByteSource, limits: SpreadsheetLimits): Promise<XlsxPackage> {
  const directory = await readZipDirectory(bytes, limits);
  const workbookPath = await findWorkbook(bytes, directory);
  const workbookPart = directory.get(workbookPath);
  if (!workbookPart) throw notAWorkbook(directory);
  const links = await readLinks(bytes, directory, workbookPath);
  const workbook = readWorkbook(await readSmallZipEntry(bytes, workbookPart, SMALL_PART_BYTES));
  const sheets: XlsxSheet[] = [];
  for (const { name, isHidden, linkId } of workbook.sheets) {
    const link = links.find((candidate) => candidate.id === linkId);
    if (!link) throw damaged('sheetMissing');
    if (link.type !== 'worksheet') continue; // chart sheets have no cells
    const part = directory.get(link.path);
    if (!part) throw damaged('sheetMissing', { part: link.path });
    sheets.push({ name, isHidden, part });
  }
  if (sheets.length === 0) throw damaged('noSheets');
  if (sheets.length > limits.sheets) {
    throw new SpreadsheetError('tooManySheets', { limit: limits.sheets, actual: sheets.length });
  }
  const partOf = (type: string) => directory.get(links.find((link) => link.type === type)?.path ?? '');
  return {
    sheets,
    dateSystem: workbook.dateSystem,
    sharedStrings: partOf('sharedStrings'),
    styles: partOf('styles'),
  };
}

async function findWorkbook(bytes: ByteSource, directory: ZipDirectory): Promise<string> {
  const links = await readLinks(bytes, directory, '');
  return links.find((link) => link.type === 'officeDocument')?.path ?? 'xl/workbook.xml';
}

function notAWorkbook(directory: ZipDirectory): SpreadsheetError {
  return new SpreadsheetError('notASpreadsheet', { found: otherArchive(directory) });
}

/** What an archive without a workbook is, so that the person can be told. */
function otherArchive(directory: ZipDirectory): string {
  const names = [...directory.keys()];
  if (directory.has('xl/workbook.bin')) return 'xlsb';
  if (names.some((name) => name.startsWith('word/'))) return 'docx';
  if (names.some((name) => name.startsWith('ppt/'))) return 'pptx';
  if (directory.has('content.xml') && directory.has('mimetype')) return 'opendocument';
  return 'zip';
}

interface Link {
  readonly id: string;
  /** The last part of the type's address, which strict and transitional files share. */
  readonly type: string;
  readonly path: string;
}

async function readLinks(bytes: ByteSource, directory: ZipDirectory, ofPart: string): Promise<Link[]> {
  const slash = ofPart.lastIndexOf('/') + 1;
  const folder = ofPart.slice(0, slash);
  const part = directory.get(`${folder}_rels/${ofPart.slice(slash)}.rels`);
  if (!part) return [];
  const links: Link[] = [];
  scanTags(await readSmallZipEntry(bytes, part, SMALL_PART_BYTES), (name, attributes) => {
    if (name !== 'Relationship' || attributes.get('TargetMode') === 'External') return;
    const type = attributes.get('Type') ?? '';
    const path = resolvePath(folder, attributes.get('Target') ?? '');
    links.push({ id: attributes.get('Id') ?? '', type: type.slice(type.lastIndexOf('/') + 1), path });
  });
  // A binary workbook links its parts the same way; without its XML it is not one we read.
  return links.filter((link) => !link.path.endsWith('.bin') && !isOtherDocument(link));
}

function isOtherDocument(link: Link): boolean {
  return link.type === 'officeDocument' && /^(?:word|ppt)\//.test(link.path);
}

function resolvePath(folder: string, target: string): string {
  const steps: string[] = [];
  for (const step of (target.startsWith('/') ? target : folder + target).split(/[\\/]/)) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

interface Workbook {
  readonly sheets: { name: string; isHidden: boolean; linkId: string }[];
  readonly dateSystem: DateSystem;
}

function readWorkbook(xml: string): Workbook {
  const sheets: Workbook['sheets'] = [];
  let dateSystem: DateSystem = '1900';
  scanTags(xml, (name, attributes) => {
    if (name === 'workbookPr' && /^(?:1|true)$/.test(attributes.get('date1904') ?? '')) dateSystem = '1904';
    if (name !== 'sheet') return;
    const isHidden = (attributes.get('state') ?? 'visible') !== 'visible';
    sheets.push({ name: attributes.get('name') ?? '', isHidden, linkId: attributes.get('id') ?? '' });
  });
  return { sheets, dateSystem };
}

/** Every tag of a small part with its attributes. */
export function scanTags(xml: string, onTag: (name: string, attributes: Map<string, string>) => void): void {
  const scanner = createXmlScanner({
    open: (name, tag) => onTag(name, attributesOf(tag)),
    close() {},
    text() {},
  });
  for (let at = 0; at < xml.length; at += 65_536) scanner.write(xml.slice(at, at + 65_536));
  scanner.end();
}
