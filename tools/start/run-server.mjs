import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';

const repeatMs = 1000;

/**
 * V8 lets a heap grow to four times what is alive before it looks through all of it, less the nearer its limit is. With this
 * limit it is less than two, and an import of 100,000 rows takes 380 MB instead of 610; nothing of ours comes near the limit.
 */
const nodeOptions = ['--max-old-space-size=1536'];

/**
 * Runs the server with our terminal until it ends.
 * @param {string} root
 * @param {string} node
 * @param {string[]} args
 * @param {string} entry path of the server's entry file below root
 * @returns {Promise<number>} its exit code; 128 + number when a signal ended it, as shells count
 */
export function runServer(root, node, args, entry = 'apps/server/src/main.ts') {
  const isWindows = process.platform === 'win32';
  // Ctrl-C reaches every process of the terminal, and npm sends it on once more. In a group of its own the server gets
  // from us exactly one. Windows has no such groups: there the server gets Ctrl-C by itself.
  const child = spawn(node, [...nodeOptions, join(root, entry), ...args], {
    cwd: root,
    stdio: 'inherit',
    detached: !isWindows,
  });
  const shouldForward = makeRepeatFilter(() => performance.now());
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (!isWindows && shouldForward(signal)) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)));
  });
}

/**
 * Lets a signal through unless the same one came within the last second; a person who presses Ctrl-C again later means it.
 * @param {() => number} nowMs
 */
export function makeRepeatFilter(nowMs) {
  /** @type {Map<string, number>} */
  const last = new Map();
  return (/** @type {string} */ signal) => {
    const now = nowMs();
    const before = last.get(signal);
    last.set(signal, now);
    return before === undefined || now - before > repeatMs;
  };
}

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
export function exitCodeOf(code, signal) {
  return code ?? 128 + (signal ? (constants.signals[signal] ?? 0) : 0);
}
