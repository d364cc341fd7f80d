import { damaged } from './spreadsheet.errors.ts';

const HEADER_BYTES = 512;
const DIRECTORY_ENTRY_BYTES = 128;
const LAST_SECTOR_ID = 0xfffffffa;
const STREAM_TYPE = 2;
const ROOT_TYPE = 5;

/** An OLE2 compound file ([MS-CFB]): named streams in chains of sectors. Old .xls and encrypted .xlsx are such files. */
export interface Ole2 {
  readonly names: readonly string[];
  /** The bytes of a stream; undefined when there is none of that name. */
  stream(name: string): Buffer | undefined;
}

interface DirectoryEntry {
  readonly name: string;
  readonly type: number;
  readonly firstSector: number;
  readonly sizeBytes: number;
}

/** Reads the header, the sector table and the directory; what contradicts itself is `damaged`. */
export function openOle2(file: Buffer): Ole2 {
  if (file.length < HEADER_BYTES) throw damaged('truncated');
  const sectorBytes = shifted(file.readUInt16LE(30), 9, 12);
  const miniSectorBytes = shifted(file.readUInt16LE(32), 4, 8);
  const miniCutoffBytes = file.readUInt32LE(56);
  const sectorAt = (id: number): Buffer => {
    const start = (id + 1) * sectorBytes;
    // The last sector of a file may be cut short by writers that do not pad.
    if (id >= LAST_SECTOR_ID || start >= file.length) throw damaged('truncated');
    return file.subarray(start, start + sectorBytes);
  };
  const table = readTable(file, sectorBytes, sectorAt);
  const sectorCount = Math.ceil(file.length / sectorBytes);
  const chain = (first: number): Buffer => readChain(first, table, sectorCount, sectorAt);
  const entries = readDirectory(chain(file.readUInt32LE(48)));
  const miniTable = toTable(file.readUInt32LE(64) === 0 ? Buffer.alloc(0) : chain(file.readUInt32LE(60)));
  let miniData: Buffer | undefined;
  const miniSectorAt = (id: number): Buffer => {
    const root = entries.find((entry) => entry.type === ROOT_TYPE);
    miniData ??= root ? chain(root.firstSector) : Buffer.alloc(0);
    const start = id * miniSectorBytes;
    if (start >= miniData.length) throw damaged('truncated');
    return miniData.subarray(start, start + miniSectorBytes);
  };
  const streams = entries.filter((entry) => entry.type === STREAM_TYPE);
  return {
    names: streams.map((entry) => entry.name),
    stream(name) {
      const entry = streams.find((candidate) => candidate.name === name);
      if (!entry) return undefined;
      if (entry.sizeBytes === 0) return Buffer.alloc(0);
      const data =
        entry.sizeBytes < miniCutoffBytes
          ? readChain(entry.firstSector, miniTable, file.length / miniSectorBytes, miniSectorAt)
          : chain(entry.firstSector);
      if (data.length < entry.sizeBytes) throw damaged('truncated');
      return data.subarray(0, entry.sizeBytes);
    },
  };
}

function shifted(shift: number, least: number, most: number): number {
  if (shift < least || shift > most) throw damaged('ole2');
  return 1 << shift;
}

/** The sector table: its own sectors are listed in the header and then in a chain of lists. */
function readTable(file: Buffer, sectorBytes: number, sectorAt: (id: number) => Buffer): Uint32Array {
  const sectorCountMax = Math.ceil(file.length / sectorBytes);
  const tableSectors: Buffer[] = [];
  const take = (id: number): void => {
    if (id >= LAST_SECTOR_ID) return;
    if (tableSectors.length > sectorCountMax) throw damaged('ole2');
    tableSectors.push(sectorAt(id));
  };
  for (let at = 76; at < HEADER_BYTES; at += 4) take(file.readUInt32LE(at));
  let listSector = file.readUInt32LE(68);
  for (let lists = 0; listSector < LAST_SECTOR_ID; lists += 1) {
    if (lists > sectorCountMax) throw damaged('ole2');
    const list = sectorAt(listSector);
    if (list.length < sectorBytes) throw damaged('truncated');
    for (let at = 0; at < sectorBytes - 4; at += 4) take(list.readUInt32LE(at));
    listSector = list.readUInt32LE(sectorBytes - 4);
  }
  return toTable(Buffer.concat(tableSectors));
}

function toTable(data: Buffer): Uint32Array {
  const table = new Uint32Array(Math.floor(data.length / 4));
  for (let index = 0; index < table.length; index += 1) table[index] = data.readUInt32LE(index * 4);
  return table;
}

/** Follows a chain; one longer than the file has sectors is a circle, whatever the table claims to cover. */
function readChain(first: number, table: Uint32Array, sectorCount: number, sectorAt: (id: number) => Buffer): Buffer {
  const sectors: Buffer[] = [];
  for (let id = first; id < LAST_SECTOR_ID; id = table[id]!) {
    if (id >= table.length || sectors.length > sectorCount) throw damaged('ole2');
    sectors.push(sectorAt(id));
  }
  return Buffer.concat(sectors);
}

function readDirectory(data: Buffer): DirectoryEntry[] {
  const entries: DirectoryEntry[] = [];
  for (let at = 0; at + DIRECTORY_ENTRY_BYTES <= data.length; at += DIRECTORY_ENTRY_BYTES) {
    const nameBytes = Math.min(64, Math.max(0, data.readUInt16LE(at + 64) - 2));
    entries.push({
      name: data.toString('utf16le', at, at + nameBytes),
      type: data.readUInt8(at + 66),
      firstSector: data.readUInt32LE(at + 116),
      sizeBytes: data.readUInt32LE(at + 120),
    });
  }
  return entries;
}
