import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** One entry of Vite's manifest: a chunk and what must be loaded with it. */
interface Chunk {
  file: string;
  imports?: string[];
  isEntry?: true;
}

type Manifest = Readonly<Record<string, Chunk>>;

/** Chunks the browser loads for the entry and `pages`, with everything they import. A page that is not there throws. */
function chunksOf(manifest: Manifest, pages: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (key: string) => {
    if (found.has(key)) return;
    const chunk = manifest[key];
    if (!chunk) throw new Error(`the build has no ${key}`);
    found.add(key);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry);
  for (const key of [entry ?? 'index.html', ...pages]) visit(key);
  return found;
}

/** Bytes of script, compressed with gzip, that the first view of `pages` needs: frame and pages together. */
export function firstViewBytes(dist: string, pages: readonly string[]): number {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Manifest;
  let bytes = 0;
  for (const key of chunksOf(manifest, pages)) {
    const file = manifest[key]?.file ?? '';
    if (file.endsWith('.js')) bytes += gzipSync(readFileSync(join(dist, file))).length;
  }
  return bytes;
}
