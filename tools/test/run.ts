import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
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
  if (!stage.isVitest) return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1 };
  return countTests(report, isGood);
}

/** Counts from vitest's own report. A run that ended badly without a failed test (or without tests) failed all the same. */
function countTests(report: string, isGood: boolean): Count {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    const isEmpty = numPassedTests + numFailedTests === 0;
    return { passed: numPassedTests, failed: numFailedTests + ((!isGood && numFailedTests === 0) || isEmpty ? 1 : 0) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

function chosenStages(args: readonly string[]): readonly Stage[] {
  if (args.includes('--quick')) return stages.filter((stage) => stage.isQuick);
  const names = args.filter((arg) => !arg.startsWith('-'));
  const unknown = names.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0)
    throw new Error(`没有这个测试阶段：${unknown.join('、')}。可选：${stages.map((stage) => stage.name).join('、')}`);
  return names.length > 0 ? stages.filter((stage) => names.includes(stage.name)) : stages;
}

const total: Count = { passed: 0, failed: 0 };
const lines: string[] = [];
for (const stage of chosenStages(process.argv.slice(2))) {
  console.log(`\n── ${stage.title} ──`);
  const started = performance.now();
  const { passed, failed } = runStage(stage);
  total.passed += passed;
  total.failed += failed;
  lines.push(
    `${failed === 0 ? '✓' : '✗'} ${stage.title}：${passed} 通过，${failed} 失败，${Math.round((performance.now() - started) / 1000)} 秒`,
  );
}
rmSync(scratch, { recursive: true, force: true });
console.log(`\n${lines.join('\n')}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
