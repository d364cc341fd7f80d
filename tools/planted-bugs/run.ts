// `npm run planted-bugs [-- part of a name]`: plants each bug in a copy of the tree, runs the tests that must catch it, and
// tells which were caught. Ends with 1 when one was missed, or when the tests fail without any bug.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PlantedBug, plantedBugs } from './list.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const mostMilliseconds = 300_000;

/** A copy of all that belongs to the repository; packages of others are linked, our own are the copy's. */
function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'anlin-planted-'));
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of files.trim().split('\n')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  linkModules('', copy);
  for (const workspace of ['apps', 'packages'])
    for (const name of readdirSync(join(root, workspace))) linkModules(join(workspace, name), copy);
  return copy;
}

function linkModules(folder: string, copy: string): void {
  const from = join(root, folder, 'node_modules');
  let names: string[] = [];
  try {
    names = readdirSync(from);
  } catch {
    return;
  }
  const to = join(copy, folder, 'node_modules');
  mkdirSync(to, { recursive: true });
  for (const name of names) {
    if (name === '@anlin') cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
    else if (!name.startsWith('.vite')) symlinkSync(join(from, name), join(to, name));
  }
}

function testsPass(copy: string, { project, caughtBy }: Pick<PlantedBug, 'project' | 'caughtBy'>): boolean {
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--bail=1', '--project', project, ...caughtBy], {
    cwd: copy,
    stdio: 'ignore',
    timeout: mostMilliseconds,
  });
  return status === 0;
}

function isCaught(copy: string, bug: PlantedBug): boolean {
  const path = join(copy, bug.file);
  const sound = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    sound.replace(bug.find, () => bug.replace),
  );
  try {
    return !testsPass(copy, bug);
  } finally {
    writeFileSync(path, sound);
  }
}

const wanted = process.argv[2] ?? '';
const chosen = plantedBugs.filter((bug) => bug.name.includes(wanted));
const copy = copyTree();
let missed = 0;
try {
  for (const project of ['unit', 'server'] as const) {
    const caughtBy = [...new Set(chosen.filter((bug) => bug.project === project).flatMap((bug) => bug.caughtBy))];
    if (caughtBy.length > 0 && !testsPass(copy, { project, caughtBy }))
      throw new Error(`the ${project} tests fail without any bug`);
  }
  for (const bug of chosen) {
    const caught = isCaught(copy, bug);
    if (!caught) missed += 1;
    process.stdout.write(`${caught ? 'caught' : 'MISSED'}  ${bug.name}\n`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(`${chosen.length - missed} of ${chosen.length} caught\n`);
process.exitCode = missed === 0 ? 0 : 1;
