/** Long side of what is sent, in pixels: enough to read a title deed, a tenth of what a camera makes. */
const longSide = 1600;
const quality = 0.82;
/** Smaller than this it is sent as it is. */
const smallBytes = 400 * 1024;

/** A picture as small as it may be, the right way up; the picture itself where the phone cannot make it smaller. */
export async function shrinkPicture(file: File): Promise<File> {
  if (file.size <= smallBytes) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const scale = Math.min(1, longSide / Math.max(picture.width, picture.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
    if (!made || made.size >= file.size) return file;
    return new File([made], `${file.name.replace(/\.[^.]*$/, '')}.jpg`, { type: 'image/jpeg' });
  } catch {
    return file;
  }
}
