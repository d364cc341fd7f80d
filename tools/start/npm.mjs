import { spawnSync } from 'node:child_process';

/**
 * Runs npm with its output on the terminal.
 * @param {string} root
 * @param {string[]} args
 * @param {{ hideErrors?: boolean }} [options] `hideErrors` for an attempt that is followed by another way
 * @returns {boolean} whether it succeeded
 */
export function runNpm(root, args, { hideErrors = false } = {}) {
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = ['inherit', 'inherit', hideErrors ? 'ignore' : 'inherit'];
  const cli = process.env.npm_execpath;
  // Under `npm start` npm says where it is; started by hand we take the one on the path (a .cmd on Windows).
  const result = cli?.endsWith('.js')
    ? spawnSync(process.execPath, [cli, ...args], { cwd: root, stdio })
    : spawnSync('npm', args, { cwd: root, stdio, shell: process.platform === 'win32' });
  return result.status === 0;
}
