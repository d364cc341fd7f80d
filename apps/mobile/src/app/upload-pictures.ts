import type { uploadApplicationPhoto, uploadPicture } from '@anlin/contract';
import { shrinkPicture } from '../ui/shrink-picture.ts';
import { uploadTo } from './upload.ts';

/** Sends pictures one after another, each made smaller before; their ids in the same order. */
export async function uploadPictures(
  endpoint: typeof uploadPicture | typeof uploadApplicationPhoto,
  pictures: readonly File[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const picture of pictures) ids.push((await uploadTo(endpoint, await shrinkPicture(picture))).id);
  return ids;
}
