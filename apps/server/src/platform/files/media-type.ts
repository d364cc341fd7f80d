/** Pictures that a browser shows and that carry no script. */
export const pictureTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** How many first bytes `mediaTypeOf` wants. */
export const headBytes = 12;

/**
 * What a file is: a picture by its first bytes, whatever its name says; anything that only claims to be a picture is
 * plain bytes (PLT-13). Other kinds stay as the browser named them: they are only ever downloaded.
 */
export function mediaTypeOf(head: Buffer, claimed: string): string {
  if (head.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'image/png';
  if (head.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg';
  const text = head.toString('latin1');
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'image/gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  return claimed.startsWith('image/') ? 'application/octet-stream' : claimed;
}
