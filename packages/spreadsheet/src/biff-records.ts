import { damaged } from './spreadsheet.errors.ts';

/** Records of BIFF8 ([MS-XLS]) that this package reads. */
export const RECORD = {
  formula: 0x0006,
  eof: 0x000a,
  dateMode: 0x0022,
  filePass: 0x002f,
  continue: 0x003c,
  boundSheet: 0x0085,
  mulRk: 0x00bd,
  rString: 0x00d6,
  xf: 0x00e0,
  sst: 0x00fc,
  labelSst: 0x00fd,
  number: 0x0203,
  label: 0x0204,
  boolErr: 0x0205,
  string: 0x0207,
  rk: 0x027e,
  format: 0x041e,
  bof: 0x0809,
} as const;

export interface BiffRecord {
  readonly id: number;
  readonly data: Buffer;
  /** Where the next record begins. */
  readonly next: number;
}

/** The record at `offset`, or null at the end of the stream. */
export function recordAt(stream: Buffer, offset: number): BiffRecord | null {
  if (offset + 4 > stream.length) return null;
  const start = offset + 4;
  const next = start + stream.readUInt16LE(offset + 2);
  if (next > stream.length) throw damaged('truncated');
  return { id: stream.readUInt16LE(offset), data: stream.subarray(start, next), next };
}

/** A number packed into 30 bits: an integer or the top of a double, perhaps in hundredths. */
export function decodeRk(rk: number): number {
  let value = rk >> 2;
  if ((rk & 2) === 0) {
    const bits = Buffer.alloc(8);
    bits.writeInt32LE(rk & ~3, 4);
    value = bits.readDoubleLE(0);
  }
  return rk & 1 ? value / 100 : value;
}

/** A text with its length in characters before it: `lengthBytes` is 1 in sheet names, 2 elsewhere. */
export function readBiffString(data: Buffer, offset: number, lengthBytes: 1 | 2): string {
  const chars = lengthBytes === 1 ? data.readUInt8(offset) : data.readUInt16LE(offset);
  const flags = data.readUInt8(offset + lengthBytes);
  const start = offset + lengthBytes + 1;
  return readChars(data, start, chars, (flags & 1) !== 0);
}

function readChars(data: Buffer, start: number, chars: number, isWide: boolean): string {
  const end = start + chars * (isWide ? 2 : 1);
  if (end > data.length) throw damaged('truncated');
  return data.toString(isWide ? 'utf16le' : 'latin1', start, end);
}

const ERRORS: Readonly<Record<number, string>> = {
  0: '#NULL!',
  7: '#DIV/0!',
  15: '#VALUE!',
  23: '#REF!',
  29: '#NAME?',
  36: '#NUM!',
  42: '#N/A',
};

export function errorText(code: number): string {
  return ERRORS[code] ?? '#N/A';
}

/**
 * The table of shared strings. It runs over CONTINUE records; a text broken by such a border states anew whether
 * its characters take one byte or two.
 */
export function readSharedStringTable(blocks: readonly Buffer[], onString: (text: string) => void): void {
  let blockIndex = 0;
  let block = blocks[0] ?? Buffer.alloc(0);
  let at = 8;
  const nextBlock = (): void => {
    blockIndex += 1;
    const next = blocks[blockIndex];
    if (!next) throw damaged('truncated');
    block = next;
    at = 0;
  };
  const skip = (bytes: number): void => {
    let left = bytes;
    while (left > block.length - at) {
      left -= block.length - at;
      nextBlock();
    }
    at += left;
  };
  const count = block.readUInt32LE(4);
  for (let index = 0; index < count; index += 1) {
    while (at >= block.length) {
      if (blockIndex + 1 >= blocks.length) return; // writers are known to state too many
      nextBlock();
    }
    const chars = block.readUInt16LE(at);
    let flags = block.readUInt8(at + 2);
    at += 3;
    const runs = flags & 8 ? block.readUInt16LE(at) : 0;
    if (flags & 8) at += 2;
    const extraBytes = flags & 4 ? block.readUInt32LE(at) : 0;
    if (flags & 4) at += 4;
    let text = '';
    while (text.length < chars) {
      if (at >= block.length) {
        nextBlock();
        flags = block.readUInt8(0);
        at = 1;
      }
      const width = flags & 1 ? 2 : 1;
      const take = Math.min(chars - text.length, Math.floor((block.length - at) / width));
      if (take === 0) throw damaged('truncated');
      text += readChars(block, at, take, width === 2);
      at += take * width;
    }
    onString(text);
    skip(runs * 4 + extraBytes);
  }
}
