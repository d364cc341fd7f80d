let running = 0;

/** Counts an upload until it has ended, so that a form is not saved without the file. */
export async function whileUploading<T>(work: () => Promise<T>): Promise<T> {
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
  }
}

export function isUploading(): boolean {
  return running > 0;
}
