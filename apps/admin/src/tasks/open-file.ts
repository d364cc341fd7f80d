import { fileLink } from '@anlin/contract';
import { call } from '../api/api.ts';

/** Fetches a short-lived link and hands the file to the browser's own download; a picture opens beside the page. */
export async function openFile(fileId: string, isPicture = false): Promise<void> {
  const { url } = await call(fileLink, { params: { id: fileId } });
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.rel = 'noopener';
  if (isPicture) anchor.target = '_blank';
  anchor.click();
}
