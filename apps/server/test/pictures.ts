import { crc32, deflateSync } from 'node:zlib';
import { Transformer } from '@napi-rs/image';
import type { FastifyInstance } from 'fastify';

interface PngOptions {
  /** The height it pretends to have. */
  claimed?: number;
  /** A text chunk, as cameras and programs leave them. */
  text?: string;
}

/** A PNG of one colour. */
export function pngOf(width: number, height: number, { claimed = height, text }: PngOptions = {}): Buffer {
  const chunk = (kind: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(kind), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(claimed, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 4, 0xc0)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const texts = text === undefined ? [] : [chunk('tEXt', Buffer.from(`Comment\0${text}`))];
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    ...texts,
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** What a phone held upright takes: 400 × 200 in the file, EXIF saying "turn me right", and the place in it. Red left, blue right. */
export async function phonePhoto(place: string): Promise<Buffer> {
  const [width, height] = [400, 200];
  const pixels = Buffer.alloc(width * height * 4, 255);
  for (let n = 0; n < width * height; n += 1) pixels.set(n % width < width / 2 ? [255, 0, 0] : [0, 0, 255], n * 4);
  const plain = await Transformer.fromRgbaPixels(pixels, width, height).jpeg(95);
  // One entry of TIFF: Orientation (0x0112) = 6.
  const tiff = Buffer.from('49492a0008000000010012010300010000000600000000000000', 'hex');
  const data = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff, Buffer.from(place)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([plain.subarray(0, 2), head, data, plain.subarray(2), Buffer.from(place)]);
}

/** Sends one file as a browser's form does. */
export function sendFile(
  app: FastifyInstance,
  cookie: string,
  { name, content, type }: { name: string; content: Buffer | string; type: string },
) {
  const boundary = 'test-boundary';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: ${type}\r\n\r\n`;
  return app.inject({
    method: 'POST',
    url: '/api/files',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, cookie },
    payload: Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(`\r\n--${boundary}--\r\n`)]),
  });
}
