import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

export interface Module {
  /** Path from the root, with slashes. */
  path: string;
  /** What it imports: paths from the root for its own files, names for packages. */
  imports: readonly string[];
  /** Those loaded with the module; `import()` later on ties no circle. */
  staticImports: readonly string[];
  text: string;
}

const specifier =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Reads every TypeScript module under the given folders of the root, with its imports, from the text alone. */
export function readModules(root: string, folders: readonly string[]): Module[] {
  return folders.flatMap((folder) => filesUnder(join(root, folder))).map((file) => readModule(root, file));
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

function readModule(root: string, file: string): Module {
  const text = readFileSync(file, 'utf8');
  const path = slashes(relative(root, file));
  const resolve = (target: string) => (target.startsWith('.') ? slashes(join(dirname(path), target)) : target);
  const matches = [...text.matchAll(specifier)];
  return {
    path,
    text,
    imports: matches.map((match) => resolve(match[1] ?? match[2] ?? match[3] ?? '')),
    staticImports: matches
      .filter((match) => match[3] === undefined)
      .map((match) => resolve(match[1] ?? match[2] ?? '')),
  };
}

const slashes = (path: string) => path.split(sep).join('/');
