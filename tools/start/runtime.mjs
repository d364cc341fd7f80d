import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './npm.mjs';
import { StartError } from './start-error.mjs';

/**
 * Which Node may run the server: the pinned one, or the one running now when it is at least as new.
 * @param {{ pinned: string, bundled: string | null, current: string }} versions such as '26.10.0'; `bundled` is what
 *   node_modules holds, null when its install script did not run
 * @returns {'bundled' | 'current' | 'none'}
 */
export function chooseRuntime({ pinned, bundled, current }) {
  if (bundled === pinned) return 'bundled';
  return majorOf(current) >= majorOf(pinned) ? 'current' : 'none';
}

/** @param {string} version */
function majorOf(version) {
  return Number(version.split('.')[0]);
}

/**
 * Finds the Node that runs the server, completing its installation when install scripts were switched off.
 * @param {string} root
 * @param {(message: string) => void} say
 * @returns {string} path of the program
 */
export function prepareRuntime(root, say) {
  const pinned = String(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies.node);
  const program = bundledNode(root);
  if (versionOf(program) === pinned) return program;
  say(`正在准备 Node.js ${pinned}…`);
  runNpm(root, ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
  const choice = chooseRuntime({ pinned, bundled: versionOf(program), current: process.versions.node });
  if (choice === 'bundled') return program;
  if (choice === 'current') {
    say(`未能准备 Node.js ${pinned}，改用当前的 ${process.versions.node}。`);
    return process.execPath;
  }
  throw new StartError(
    `安邻需要 Node.js ${pinned}，它随依赖一起安装，但安装脚本没有成功（可能被 ignore-scripts 或网络拦截）。\n` +
      '请执行 npm rebuild node --ignore-scripts=false 查看原因；\n' +
      `或者自行安装 Node.js ${majorOf(pinned)} 以上版本，再执行 npm start。`,
  );
}

/** @param {string} root */
function bundledNode(root) {
  return join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** @param {string} program */
function versionOf(program) {
  // Under `npm start` this very process is usually the bundled Node already; that saves asking it.
  if (program === process.execPath) return process.versions.node;
  if (!existsSync(program)) return null;
  const result = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim().replace(/^v/, '') : null;
}
