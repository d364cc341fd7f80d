import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Stage, stages } from './stages.ts';

/**
 * Runs the stages in order and goes on after a failure, so that one run shows everything that is wrong.
 * `--quick` leaves out what needs a database or a browser; names of stages choose just those.
 * The last line says `N passed, N failed`.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'anlin-test-run-'));
// The bundled Node first, then the tools of the repository.
const path = [dirname(process.execPath), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);

interface Count {
  passed: number;
  failed: number;
  /** A line for each failed test: file, name and the first line of why. */
  failures: string[];
  /** The same for each test that passed only when it was played again. */
  unsteady: string[];
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
}

function runStage(stage: Stage): Count {
  const [program = '', ...args] = stage.command;
  const report = join(scratch, `${stage.name}.json`);
  const extra = stage.isVitest ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const { status } = spawnSync(program, [...args, ...extra], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, PATH: path },
  });
  const isGood = status === 0;
  if (!stage.isVitest) {
    const failures = isGood ? [] : [stage.title];
    return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, failures, unsteady: [] };
  }
  return countTests(report, isGood);
}

/** Counts from vitest's own report. A run that ended badly without a failed test (or without tests) failed all the same. */
function countTests(report: string, isGood: boolean): Count {
  try {
    const read: VitestReport = JSON.parse(readFileSync(report, 'utf8'));
    const { numPassedTests, numFailedTests } = read;
    const isEmpty = numPassedTests + numFailedTests === 0;
    const isBad = (!isGood && numFailedTests === 0) || isEmpty;
    const failures = failuresOf(read);
    if (isBad && failures.length === 0) failures.push(`the ${report} tells of no failed test, and yet it ended badly`);
    return { passed: numPassedTests, failed: numFailedTests + (isBad ? 1 : 0), failures, unsteady: unsteadyOf(read) };
  } catch {
    return { passed: 0, failed: 1, failures: ['there is no report: the run did not come to its end'], unsteady: [] };
  }
}

const firstLine = (text: string | undefined) => (text ?? '').split('\n')[0]?.slice(0, 300) ?? '';

/** A test that passed keeps the messages of the attempts before. */
function unsteadyOf({ testResults }: VitestReport): string[] {
  return testResults.flatMap((file) =>
    file.assertionResults
      .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
      .map((test) => `${relative(root, file.name)} › ${test.fullName}: ${firstLine(test.failureMessages[0])}`),
  );
}

function failuresOf({ testResults }: VitestReport): string[] {
  return testResults.flatMap((file) => {
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    const name = relative(root, file.name);
    if (failed.length === 0 && file.status === 'failed') return [`${name}: ${firstLine(file.message)}`];
    return failed.map((test) => `${name} › ${test.fullName}: ${firstLine(test.failureMessages[0])}`);
  });
}

function chosenStages(args: readonly string[]): readonly Stage[] {
  if (args.includes('--quick')) return stages.filter((stage) => stage.isQuick);
  const names = args.filter((arg) => !arg.startsWith('-'));
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0)
    throw new Error(`没有这个测试阶段：${unknown.join('、')}。可选：${stages.map((stage) => stage.name).join('、')}`);
  return names.length > 0 ? stages.filter((stage) => names.includes(stage.name)) : stages;
}

const total: Count = { passed: 0, failed: 0, failures: [], unsteady: [] };
const lines: string[] = [];
for (const stage of chosenStages(process.argv.slice(2))) {
  console.log(`\n── ${stage.title} ──`);
  const started = performance.now();
  const { passed, failed, failures, unsteady } = runStage(stage);
  total.passed += passed;
  total.failed += failed;
  total.failures.push(...failures);
  total.unsteady.push(...unsteady);
  lines.push(
    `${failed === 0 ? '✓' : '✗'} ${stage.title}：${passed} 通过，${failed} 失败，${Math.round((performance.now() - started) / 1000)} 秒`,
  );
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${lines.join('\n')}`);
// Once more and together: what comes before may be longer than what is kept of the output.
for (const test of total.unsteady) console.log(`↻ 第二次才通过：${test}`);
for (const failure of total.failures) console.log(`✗ ${failure}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
