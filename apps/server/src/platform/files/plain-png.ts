/** Chunks that say how the picture looks (PNG specification, 11): all others can tell of its maker, place or time. */
const keptChunks = new Set([
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'cHRM',
  'gAMA',
  'iCCP',
  'sBIT',
  'sRGB',
  'cICP',
  'bKGD',
  'hIST',
  'pHYs',
  'sPLT',
]);

/** The same pixels without texts, EXIF, times, animation, and whatever was hung on behind the end. `content` is a whole PNG. */
export function plainPng(content: Buffer): Buffer {
  const kept = [content.subarray(0, 8)];
  for (let at = 8; at + 12 <= content.length; ) {
    const end = at + 12 + content.readUInt32BE(at);
    const kind = content.toString('latin1', at + 4, at + 8);
    if (keptChunks.has(kind)) kept.push(content.subarray(at, end));
    if (kind === 'IEND') break;
    at = end;
  }
  return Buffer.concat(kept);
}
