import { spawnSync } from 'node:child_process';

/**
 * Runs npm with its output on the terminal.
 * @param {string} root
 * @param {string[]} args
 * @returns {boolean} whether it succeeded
 */
export function runNpm(root, args) {
  const cli = process.env.npm_execpath;
  // Under `npm start` npm says where it is; started by hand we take the one on the path (a .cmd on Windows).
  const result = cli?.endsWith('.js')
    ? spawnSync(process.execPath, [cli, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  return result.status === 0;
}
