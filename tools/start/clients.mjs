import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { StartError } from './start-error.mjs';

/**
 * Decides whether a client must be built.
 * @param {{ hasSources: boolean, hasBuild: boolean, stamp: string | null, fingerprint: string }} found `stamp` is the
 *   fingerprint of the sources of the last build
 * @returns {'absent' | 'current' | 'build'}
 */
export function decideBuild({ hasSources, hasBuild, stamp, fingerprint }) {
  if (!hasSources) return 'absent';
  return hasBuild && stamp === fingerprint ? 'current' : 'build';
}

/**
 * A hash over names and contents of everything the build reads: the application, the workspace packages it depends on
 * (and theirs), and the lock for what comes from outside.
 * @param {string} root
 * @param {string} app such as 'apps/admin'
 */
export function fingerprintSources(root, app) {
  const hash = createHash('sha256');
  const folders = [
    join(root, app),
    ...workspaceDependencies(root, join(root, app, 'package.json')),
    // What both clients' builds share.
    ...[join(root, 'tools', 'vite')].filter((path) => existsSync(path)),
  ];
  const files = folders
    .flatMap(listSources)
    .concat(
      ['package-lock.json', 'tsconfig.base.json'].map((name) => join(root, name)).filter((path) => existsSync(path)),
    );
  for (const file of files.sort()) {
    hash.update(relative(root, file).split(sep).join('/')).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/**
 * Folders of the workspace packages that a package.json depends on, at any depth.
 * @param {string} root
 * @param {string} manifestPath
 * @returns {string[]}
 */
export function workspaceDependencies(root, manifestPath) {
  /** @type {Set<string>} */
  const found = new Set();
  const visit = (/** @type {string} */ path) => {
    if (!existsSync(path)) return;
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(path, 'utf8'));
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      if (!name.startsWith('@anlin/')) continue;
      const folder = join(root, 'packages', name.slice('@anlin/'.length));
      if (found.has(folder) || !existsSync(folder)) continue;
      found.add(folder);
      visit(join(folder, 'package.json'));
    }
  };
  visit(manifestPath);
  return [...found];
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function listSources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist', 'coverage'].includes(entry.name) ? [] : listSources(path);
    return entry.isFile() && !/\.test\.[a-z]+$/.test(entry.name) ? [path] : [];
  });
}

/** What people open in a browser: where its sources are, and what it is called. */
const clients = [
  { app: 'apps/admin', name: '管理后台' },
  { app: 'apps/mobile', name: '住户端' },
];

/**
 * Builds the back office and the resident client with Vite, each when its sources changed since the last build.
 * @param {string} root
 * @param {string} node the Node to build with
 * @param {(message: string) => void} say
 */
export function prepareClients(root, node, say) {
  for (const client of clients) prepareClient(root, node, say, client);
}

/**
 * @param {string} root
 * @param {string} node
 * @param {(message: string) => void} say
 * @param {{ app: string, name: string }} client
 */
function prepareClient(root, node, say, client) {
  const app = join(root, client.app);
  const hasSources = existsSync(join(app, 'index.html'));
  if (!hasSources) return;
  const stampPath = join(app, 'dist', '.stamp');
  const fingerprint = fingerprintSources(root, client.app);
  const decision = decideBuild({
    hasSources,
    hasBuild: existsSync(join(app, 'dist', 'index.html')),
    stamp: existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : null,
    fingerprint,
  });
  if (decision !== 'build') return;
  say(`正在生成${client.name}页面（源码有变化时才需要）…`);
  const result = spawnSync(node, [findVite(app, client.name), 'build', app, '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
    // Whoever builds: a build for people. Under `NODE_ENV=test` Vite would pack React's much slower development build.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (result.status !== 0) {
    throw new StartError(`${client.name}页面生成失败，原因见上方输出。修正后重新执行 npm start。`);
  }
  writeFileSync(stampPath, fingerprint);
}

/**
 * @param {string} app
 * @param {string} name
 */
function findVite(app, name) {
  try {
    const manifest = createRequire(join(app, 'package.json')).resolve('vite/package.json');
    return join(dirname(manifest), 'bin', 'vite.js');
  } catch {
    throw new StartError(`缺少生成${name}所需的 Vite（开发依赖未安装）。请执行 npm ci --include=dev，然后重新启动。`);
  }
}
