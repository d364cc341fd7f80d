import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decideBuild, fingerprintSources } from './clients.mjs';
import { decideInstall, stampOf } from './dependencies.mjs';
import { exitCodeOf, makeRepeatFilter } from './run-server.mjs';
import { chooseRuntime } from './runtime.mjs';

const lock = (packages: Record<string, object>) => JSON.stringify({ packages });
const wanted = lock({
  '': { version: '0.1.0' },
  'packages/money': { version: '0.1.0' },
  'node_modules/fastify': { version: '5.0.0' },
  'node_modules/vite': { version: '8.0.0', dev: true },
  'node_modules/some-windows-x64': { version: '1.0.0', optional: true },
});

describe('installing before a start', () => {
  it('installs from the lock in a fresh clone', () => {
    expect(decideInstall({ lockText: wanted, installedText: null, stamp: null })).toBe('ci');
  });

  it('does nothing when everything the lock names is there, other platforms aside', () => {
    const installed = lock({ 'node_modules/fastify': { version: '5.0.0' }, 'node_modules/vite': { version: '8.0.0' } });
    expect(decideInstall({ lockText: wanted, installedText: installed, stamp: null })).toBe('nothing');
  });

  it('accepts an installation without the development tools', () => {
    const installed = lock({ 'node_modules/fastify': { version: '5.0.0' } });
    expect(decideInstall({ lockText: wanted, installedText: installed, stamp: null })).toBe('nothing');
  });

  it('installs again after an update brought another version or a new package', () => {
    const older = lock({ 'node_modules/fastify': { version: '4.9.0' } });
    const without = lock({ 'node_modules/vite': { version: '8.0.0' } });
    expect(decideInstall({ lockText: wanted, installedText: older, stamp: null })).toBe('ci');
    expect(decideInstall({ lockText: wanted, installedText: without, stamp: null })).toBe('ci');
  });

  it('installs again after an installation that was cut off', () => {
    expect(decideInstall({ lockText: wanted, installedText: '{"packages": {', stamp: null })).toBe('ci');
  });

  it('never repeats an installation that succeeded for the same two locks', () => {
    const odd = lock({ 'node_modules/vite': { version: '8.0.0' } });
    expect(decideInstall({ lockText: wanted, installedText: odd, stamp: stampOf(wanted, odd) })).toBe('nothing');
    expect(decideInstall({ lockText: `${wanted} `, installedText: odd, stamp: stampOf(wanted, odd) })).toBe('ci');
  });

  it('manages without a lock', () => {
    expect(decideInstall({ lockText: null, installedText: null, stamp: null })).toBe('install');
    expect(decideInstall({ lockText: null, installedText: wanted, stamp: null })).toBe('nothing');
  });
});

describe('choosing the Node that runs the server', () => {
  it('takes the pinned one, else the running one if new enough, else none', () => {
    expect(chooseRuntime({ pinned: '26.10.0', bundled: '26.10.0', current: '20.1.0' })).toBe('bundled');
    expect(chooseRuntime({ pinned: '26.10.0', bundled: null, current: '26.2.0' })).toBe('current');
    expect(chooseRuntime({ pinned: '26.10.0', bundled: null, current: '20.1.0' })).toBe('none');
    expect(chooseRuntime({ pinned: '26.10.0', bundled: '25.0.0', current: '24.1.0' })).toBe('none');
  });
});

describe('building the back office', () => {
  let root: string;
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'anlin-start-'));
    write('package-lock.json', '{}');
    write('apps/admin/package.json', '{"dependencies":{"@anlin/contract":"0.1.0"}}');
    write('apps/admin/src/main.tsx', 'start()');
    write('packages/contract/package.json', '{"dependencies":{"@anlin/money":"0.1.0"}}');
    write('packages/money/package.json', '{}');
    write('packages/money/src/index.ts', 'export {}');
    write('packages/formula/package.json', '{}');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is skipped while there are no screens, and while nothing changed', () => {
    const fingerprint = 'a';
    expect(decideBuild({ hasSources: false, hasBuild: false, stamp: null, fingerprint })).toBe('absent');
    expect(decideBuild({ hasSources: true, hasBuild: true, stamp: 'a', fingerprint })).toBe('current');
    expect(decideBuild({ hasSources: true, hasBuild: true, stamp: 'b', fingerprint })).toBe('build');
    expect(decideBuild({ hasSources: true, hasBuild: false, stamp: 'a', fingerprint })).toBe('build');
  });

  it.each([
    ['a screen', 'apps/admin/src/main.tsx'],
    ['a new file', 'apps/admin/src/house-list.tsx'],
    ['a package that a package uses', 'packages/money/src/index.ts'],
    ['the lock', 'package-lock.json'],
  ])('notices a change of %s', (_what, path) => {
    const before = fingerprintSources(root, 'apps/admin');
    write(path, 'changed');
    expect(fingerprintSources(root, 'apps/admin')).not.toBe(before);
  });

  it.each([
    ['tests', 'apps/admin/src/main.test.tsx'],
    ['the build itself', 'apps/admin/dist/index.html'],
    ['packages it does not use', 'packages/formula/package.json'],
  ])('does not care about %s', (_what, path) => {
    const before = fingerprintSources(root, 'apps/admin');
    write(path, 'changed');
    expect(fingerprintSources(root, 'apps/admin')).toBe(before);
  });
});

describe('running the server', () => {
  it('sends one Ctrl-C on, however many copies arrive, and a later one again', () => {
    let nowMs = 0;
    const shouldForward = makeRepeatFilter(() => nowMs);
    expect([shouldForward('SIGINT'), shouldForward('SIGINT'), shouldForward('SIGTERM')]).toEqual([true, false, true]);
    nowMs = 5000;
    expect(shouldForward('SIGINT')).toBe(true);
  });

  it('ends with the server’s exit code', () => {
    expect([exitCodeOf(0, null), exitCodeOf(3, null), exitCodeOf(null, 'SIGTERM')]).toEqual([0, 3, 143]);
  });

  it.skipIf(process.platform === 'win32')('passes SIGTERM on and waits for an orderly end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'anlin-start-'));
    const server =
      "process.on('SIGTERM', () => { console.log('stopped'); process.exit(7) }); console.log('up'); setInterval(() => {}, 1000)";
    writeFileSync(join(folder, 'server.mjs'), server);
    const module = pathToFileURL(fileURLToPath(new URL('./run-server.mjs', import.meta.url))).href;
    const script = `import { runServer } from '${module}'; process.exitCode = await runServer('${folder}', process.execPath, [], 'server.mjs')`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    starter.stdout.on('data', (chunk) => {
      printed += chunk;
      if (printed === 'up\n') starter.kill('SIGTERM');
    });
    const [code] = await once(starter, 'close');
    rmSync(folder, { recursive: true, force: true });
    expect(printed).toBe('up\nstopped\n');
    expect(code).toBe(7);
  });

  it('tells people with an old Node what to do', () => {
    const entry = pathToFileURL(fileURLToPath(new URL('../start.mjs', import.meta.url))).href;
    const script = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } }); await import('${entry}')`;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(result.stderr).toContain('需要 Node.js 20 或更高版本，当前是 18.20.0');
    expect(result.status).toBe(1);
  });
});
