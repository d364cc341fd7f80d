// `npm run planted-bugs [-- part of a name | n/m]` (the n-th of m parts of the list): plants each bug in a copy of the tree, runs the tests that must catch it, and
// tells which were caught and by which test. Ends with 1 when one was missed or did not even run, or when the tests fail without any bug.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plantedBugs } from './list.ts';
import type { PlantedBug } from './planted-bug.ts';

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

interface Verdict {
  passed: boolean;
  /** Name of the first test that failed; null when none did, though the run may have failed for another reason. */
  failedTest: string | null;
}

interface Report {
  testResults: { assertionResults: { status: string; fullName: string }[] }[];
}

function runTests(copy: string, { project, caughtBy }: Pick<PlantedBug, 'project' | 'caughtBy'>): Verdict {
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const report = join(copy, 'planted-report.json');
  rmSync(report, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--bail=1', '--reporter=json', `--outputFile=${report}`, '--project', project, ...caughtBy],
    { cwd: copy, stdio: 'ignore', timeout: mostMilliseconds * caughtBy.length },
  );
  const { testResults } = existsSync(report)
    ? (JSON.parse(readFileSync(report, 'utf8')) as Report)
    : { testResults: [] };
  const failed = testResults.flatMap((file) => file.assertionResults).find((one) => one.status === 'failed');
  return { passed: status === 0, failedTest: failed?.fullName ?? null };
}

/** What became of a planted bug: only a test that says no has caught it; code that does not even run proves nothing. */
function judge({ passed, failedTest }: Verdict): string {
  if (passed) return 'MISSED';
  return failedTest === null ? 'BROKEN' : 'caught';
}

function runWith(copy: string, bug: PlantedBug): Verdict {
  const path = join(copy, bug.file);
  const sound = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    sound.replace(bug.find, () => bug.replace),
  );
  try {
    return runTests(copy, bug);
  } finally {
    writeFileSync(path, sound);
  }
}

/** Those with the words in their names; of `2/6`, the second sixth of the list. */
function choose(wanted: string): readonly PlantedBug[] {
  const part = /^(\d+)\/(\d+)$/.exec(wanted);
  if (!part) return plantedBugs.filter((bug) => bug.name.includes(wanted));
  const size = Math.ceil(plantedBugs.length / Number(part[2]));
  return plantedBugs.slice((Number(part[1]) - 1) * size, Number(part[1]) * size);
}

const wanted = process.argv[2] ?? '';
const chosen = choose(wanted);
const copy = copyTree();
let missed = 0;
try {
  for (const project of ['unit', 'server'] as const) {
    const caughtBy = [...new Set(chosen.filter((bug) => bug.project === project).flatMap((bug) => bug.caughtBy))];
    if (caughtBy.length > 0 && !runTests(copy, { project, caughtBy }).passed)
      throw new Error(`the ${project} tests fail without any bug`);
  }
  for (const bug of chosen) {
    const verdict = runWith(copy, bug);
    const word = judge(verdict);
    if (word !== 'caught') missed += 1;
    process.stdout.write(
      `${word}  ${bug.name}${verdict.failedTest === null ? '' : `\n        by: ${verdict.failedTest}`}\n`,
    );
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.stdout.write(`${chosen.length - missed} of ${chosen.length} caught\n`);
process.exitCode = missed === 0 ? 0 : 1;
