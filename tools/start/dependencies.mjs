import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './npm.mjs';
import { StartError } from './start-error.mjs';

/** @typedef {{ version?: string, link?: boolean, resolved?: string, optional?: boolean, dev?: boolean, devOptional?: boolean, peer?: boolean }} LockEntry */
/** @typedef {{ packages?: Record<string, LockEntry> }} Lock */

/**
 * Whether what is installed satisfies the lock. npm keeps the lock of what it really installed in
 * node_modules/.package-lock.json; packages for other platforms and tools left out on purpose may be absent.
 * @param {Lock} wanted package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json
 */
export function satisfiesLock(wanted, installed) {
  const have = installed.packages ?? {};
  return Object.entries(wanted.packages ?? {}).every(([path, entry]) => {
    if (!path.startsWith('node_modules/')) return true;
    const found = have[path];
    if (found) return found.version === entry.version && Boolean(found.link) === Boolean(entry.link);
    return Boolean(entry.optional || entry.devOptional || entry.dev || entry.peer);
  });
}

/**
 * Decides what to do before starting.
 * @param {{ lockText: string | null, installedText: string | null, stamp: string | null }} found the two locks and our
 *   stamp, as text; null when missing
 * @returns {'nothing' | 'ci' | 'install'}
 */
export function decideInstall({ lockText, installedText, stamp }) {
  if (lockText === null) return installedText === null ? 'install' : 'nothing';
  if (installedText === null) return 'ci';
  if (stamp === stampOf(lockText, installedText)) return 'nothing';
  try {
    return satisfiesLock(JSON.parse(lockText), JSON.parse(installedText)) ? 'nothing' : 'ci';
  } catch {
    return 'ci';
  }
}

/**
 * Identifies a pair of locks for which an installation succeeded, so that it is never repeated for the same pair.
 * @param {string} lockText
 * @param {string} installedText
 */
export function stampOf(lockText, installedText) {
  return createHash('sha256').update(lockText).update('\0').update(installedText).digest('hex');
}

/**
 * Installs the dependencies when they are missing or belong to another lock.
 * @param {string} root
 * @param {(message: string) => void} say
 */
export function prepareDependencies(root, say) {
  const paths = {
    lock: join(root, 'package-lock.json'),
    installed: join(root, 'node_modules', '.package-lock.json'),
    stamp: join(root, 'node_modules', '.anlin-installed'),
  };
  const decision = decideInstall({
    lockText: readOrNull(paths.lock),
    installedText: readOrNull(paths.installed),
    stamp: readOrNull(paths.stamp),
  });
  if (decision === 'nothing') return;
  say(
    existsSync(join(root, 'node_modules'))
      ? '依赖有更新，正在重新安装…'
      : '首次启动，正在安装依赖（需要联网，约一两分钟）…',
  );
  install(root, decision, say);
  const lockText = readOrNull(paths.lock);
  const installedText = readOrNull(paths.installed);
  if (lockText !== null && installedText !== null) writeFileSync(paths.stamp, stampOf(lockText, installedText));
}

/**
 * @param {string} root
 * @param {'ci' | 'install'} decision
 * @param {(message: string) => void} say
 */
function install(root, decision, say) {
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  if (decision === 'ci' && runNpm(root, ['ci', ...flags], { hideErrors: true })) return;
  if (decision === 'ci') say('npm ci 未成功，改用 npm install…');
  if (runNpm(root, ['install', '--no-save', ...flags])) return;
  throw new StartError(
    '依赖安装失败，原因见上方 npm 的输出。\n' +
      '常见原因：网络不通（可为 npm 配置国内镜像）、磁盘已满、目录没有写权限。\n' +
      '处理后重新执行 npm start 即可。',
  );
}

/** @param {string} path */
function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
