import { platformFail } from '@anlin/contract';
import { ResizeFit, Transformer } from '@napi-rs/image';
import { headBytes, mediaTypeOf } from './media-type.ts';
import { type PictureSize, pictureSize } from './picture-size.ts';
import { plainPng } from './plain-png.ts';

/** Cameras of today's phones end at 50 million; decoded that is 150 MB, of which one at a time is held. */
const mostPixels = 52_000_000;
export const mostPictureBytes = 30 * 1024 * 1024;
/** Longest sides in pixels of the smaller ones made of a picture: for lists, and for a phone's screen. */
const smallSizesPx = { thumbnail: 320, screen: 1080 } as const;
export type SmallSize = keyof typeof smallSizesPx;
export const smallSizes = Object.keys(smallSizesPx) as SmallSize[];
const jpegQuality = 88;
const webpQuality = 88;
const smallQuality = 75;

export interface PreparedPicture {
  /** What is kept: upright, without place, time or camera. */
  content: Buffer;
  /** WebP; null for a GIF, which is small as it is. */
  thumbnail: Buffer | null;
}

let lane: Promise<unknown> = Promise.resolve();

/** One picture at a time is decoded in the whole process, so that many uploads at once need no more memory than one. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = lane.then(work);
  lane = turn.catch(() => {});
  return turn;
}

/**
 * Reads a picture to its end, off the event loop, and gives it back without metadata (EXIF, GPS, XMP, comments), turned
 * as its EXIF says. JPEG and WebP are encoded anew, a PNG keeps its pixels as they are; of an animated WebP the first
 * picture stays. A GIF is only measured: it has no EXIF, and is kept as it is.
 * Errors (422): file.pictureTooLarge before anything is decoded, file.pictureBroken.
 */
export function preparePicture(read: () => Promise<Buffer>, mediaType: string): Promise<PreparedPicture> {
  return inTurn(async () => {
    const original = await read();
    const size = measure(original, mediaType);
    if (mediaType === 'image/gif') return { content: original, thumbnail: null };
    return decoded(async () => ({
      content: await withoutMetadata(original, mediaType),
      thumbnail: await shrink(original, size, 'thumbnail'),
    }));
  });
}

/** A smaller one alone, as WebP, of a picture that is stored. */
export function makeSmall(read: () => Promise<Buffer>, mediaType: string, small: SmallSize): Promise<Buffer> {
  return inTurn(async () => {
    const original = await read();
    const size = measure(original, mediaType);
    return decoded(() => shrink(original, size, small));
  });
}

/** The picture as PDF can hold it: a WebP becomes a PNG. */
export async function asPrintable(content: Buffer): Promise<Buffer> {
  if (mediaTypeOf(content.subarray(0, headBytes), '') !== 'image/webp') return content;
  return inTurn(async () => {
    measure(content, 'image/webp');
    return decoded(() => new Transformer(content).png());
  });
}

function measure(content: Buffer, mediaType: string) {
  const size = pictureSize(content, mediaType);
  if (!size) throw platformFail('file.pictureBroken');
  const { widthPx, heightPx } = size;
  if (widthPx * heightPx > mostPixels) {
    throw platformFail('file.pictureTooLarge', { size: `${widthPx}×${heightPx}`, limit: mostPixels / 10_000 });
  }
  return size;
}

/** What the decoder refuses is a broken picture, in whatever words it says so. */
async function decoded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    throw platformFail('file.pictureBroken');
  }
}

async function withoutMetadata(original: Buffer, mediaType: string): Promise<Buffer> {
  if (mediaType === 'image/png') return plainPng(original);
  // Without an argument: as its EXIF says.
  const upright = new Transformer(original).rotate();
  return mediaType === 'image/webp' ? upright.webp(webpQuality) : upright.jpeg(jpegQuality);
}

async function shrink(original: Buffer, { widthPx, heightPx }: PictureSize, small: SmallSize): Promise<Buffer> {
  const picture = new Transformer(original).rotate();
  const mostPx = smallSizesPx[small];
  if (Math.max(widthPx, heightPx) > mostPx) {
    picture.fastResize({ width: mostPx, height: mostPx, fit: ResizeFit.Inside });
  }
  return picture.webp(smallQuality);
}
