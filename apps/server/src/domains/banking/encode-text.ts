/** Bytes of a file for a bank. GBK has no place for rare characters; those are told and not replaced. */
export type Encoded = { isOk: true; bytes: Buffer } | { isOk: false; unknown: string };

export type FileEncoding = 'gbk' | 'utf8';

let gbkBytes: ReadonlyMap<string, number> | undefined;

// Every two-byte code, read once by the platform's own decoder.
function gbkTable(): ReadonlyMap<string, number> {
  if (gbkBytes) return gbkBytes;
  const decoder = new TextDecoder('gbk');
  const table = new Map<string, number>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      if (trail === 0x7f) continue;
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if ([...character].length === 1 && character !== '\ufffd' && !table.has(character))
        table.set(character, lead * 256 + trail);
    }
  }
  gbkBytes = table;
  return table;
}

/** Encodes a text; a fixed-width field is counted in these bytes, a Chinese character of GBK being two. */
export function encodeText(text: string, encoding: FileEncoding): Encoded {
  if (encoding === 'utf8') return { isOk: true, bytes: Buffer.from(text, 'utf8') };
  const table = gbkTable();
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else {
      const pair = table.get(character);
      if (pair === undefined) return { isOk: false, unknown: character };
      bytes.push(Math.floor(pair / 256), pair % 256);
    }
  }
  return { isOk: true, bytes: Buffer.from(bytes) };
}

/** Decodes a bank's file. Null when the bytes are none of that encoding. */
export function decodeText(bytes: Buffer, encoding: FileEncoding): string | null {
  try {
    const text = new TextDecoder(encoding === 'gbk' ? 'gb18030' : 'utf-8', { fatal: true }).decode(bytes);
    return text.replace(/^\ufeff/, '');
  } catch {
    return null;
  }
}
