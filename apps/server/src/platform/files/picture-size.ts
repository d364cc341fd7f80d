export interface PictureSize {
  widthPx: number;
  heightPx: number;
}

/**
 * Width and height as the file's own header claims them, read without decoding: what a decoder would make room for.
 * Undefined where there is no such header. `mediaType` is one of `pictureTypes`.
 */
export function pictureSize(content: Buffer, mediaType: string): PictureSize | undefined {
  try {
    const sizes = [...sizesIn(content, mediaType)];
    if (sizes.length === 0) return undefined;
    const widthPx = Math.max(...sizes.map((one) => one.widthPx));
    const heightPx = Math.max(...sizes.map((one) => one.heightPx));
    return widthPx > 0 && heightPx > 0 ? { widthPx, heightPx } : undefined;
  } catch (error) {
    // The header goes on behind the end of the file.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function sizesIn(content: Buffer, mediaType: string): Iterable<PictureSize> {
  switch (mediaType) {
    case 'image/png':
      return content.toString('latin1', 12, 16) === 'IHDR'
        ? [{ widthPx: content.readUInt32BE(16), heightPx: content.readUInt32BE(20) }]
        : [];
    case 'image/jpeg':
      return jpegSizes(content);
    case 'image/webp':
      return webpSizes(content);
    default:
      return [{ widthPx: content.readUInt16LE(6), heightPx: content.readUInt16LE(8) }];
  }
}

const standaloneMarkers = new Set([0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7]);

/** Every frame header before the first scan (ITU-T T.81, B.2.2): a second one must not hide a larger picture. */
function* jpegSizes(content: Buffer): Generator<PictureSize> {
  for (let at = 2; at + 3 < content.length; ) {
    if (content[at] !== 0xff) return;
    const marker = content[at + 1]!;
    if (marker === 0xff) {
      at += 1;
    } else if (standaloneMarkers.has(marker)) {
      at += 2;
    } else {
      if (marker === 0xda) return;
      const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
      if (isFrame) yield { widthPx: content.readUInt16BE(at + 7), heightPx: content.readUInt16BE(at + 5) };
      at += 2 + content.readUInt16BE(at + 2);
    }
  }
}

/** The canvas and every frame of it that says its own size (RFC 9649). */
function* webpSizes(content: Buffer): Generator<PictureSize> {
  for (let at = 12; at + 8 <= content.length; ) {
    const kind = content.toString('latin1', at, at + 4);
    const data = at + 8;
    if (kind === 'VP8X') {
      yield { widthPx: content.readUIntLE(data + 4, 3) + 1, heightPx: content.readUIntLE(data + 7, 3) + 1 };
    } else if (kind === 'VP8 ') {
      yield { widthPx: content.readUInt16LE(data + 6) & 0x3fff, heightPx: content.readUInt16LE(data + 8) & 0x3fff };
    } else if (kind === 'VP8L') {
      const bits = content.readUInt32LE(data + 1);
      yield { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 };
    }
    const length = content.readUInt32LE(at + 4);
    at = data + length + (length % 2);
  }
}
