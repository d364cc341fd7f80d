export const kindNames = { scheduled: '自动', manual: '手动', unknown: '不详', verification: '校验' } as const;

/** `1.5 GB`, `320 MB`, `4.2 MB`. */
export function sizeText(bytes: number): string {
  const mebibytes = bytes / 1024 / 1024;
  return mebibytes < 1000 ? `${mebibytes.toFixed(mebibytes < 10 ? 1 : 0)} MB` : `${(mebibytes / 1024).toFixed(1)} GB`;
}
