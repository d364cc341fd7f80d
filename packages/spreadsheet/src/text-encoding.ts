import { isAscii } from 'node:buffer';
import { type ByteSource, readPieces } from './byte-source.ts';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

/**
 * The encoding of a text file: a byte order mark says it; without one, what is valid UTF-8 to its end is UTF-8
 * (GBK text practically never is), and the rest is GB18030, of which GBK is a part.
 */
export async function detectEncoding(bytes: ByteSource): Promise<TextEncoding> {
  const head = await bytes.read(0, Math.min(bytes.size, 4_096));
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return encodingByZeros(head) ?? ((await isUtf8(bytes)) ? 'utf-8' : 'gb18030');
}

/** UTF-16 without a mark: the commas and digits of a CSV have a zero byte, always on the same side. */
function encodingByZeros(head: Buffer): TextEncoding | null {
  let even = 0;
  let odd = 0;
  for (let at = 0; at < head.length; at += 1) {
    if (head[at] !== 0) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  if (odd > 0 && even === 0) return 'utf-16le';
  return even > 0 && odd === 0 ? 'utf-16be' : null;
}

async function isUtf8(bytes: ByteSource): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isPlain = true; // plain ASCII needs no decoding to be known good
  try {
    for await (const piece of readPieces(bytes, 0, bytes.size)) {
      if (isPlain && isAscii(piece)) continue;
      isPlain = false;
      decoder.decode(piece, { stream: true });
    }
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

/** The text of a file in pieces, without its byte order mark. */
export async function* decodePieces(bytes: ByteSource, encoding: TextEncoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const piece of readPieces(bytes, 0, bytes.size)) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}
