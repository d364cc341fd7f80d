// Completes package-lock.json for every platform. npm leaves the optional packages of other platforms out of the lock
// when it could not read about them, and `npm ci` then refuses the lock everywhere. They are pinned exactly by the
// package that wants them, so their entries can be written from there.
// Run after `npm install` changed the lock: node tools/complete-lock.mjs [folder]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const systems = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'windows',
  'aix',
  'wasm32',
];
const processors = ['arm64', 'arm', 'ia32', 'x64', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

/** @param {string} name of a platform package, such as `@biomejs/cli-darwin-arm64` */
function platformOf(name) {
  const parts = name.split(/[/\-.]/);
  const system = systems.find((one) => parts.includes(one));
  const processor = processors.find((one) => parts.includes(one));
  const libc = parts.some((part) => part.includes('musl')) ? 'musl' : system === 'linux' ? 'glibc' : undefined;
  if (system === undefined && processor === undefined) throw new Error(`${name}: for which platform is it?`);
  return {
    ...(processor && { cpu: [processor] }),
    ...(libc && { libc: [libc] }),
    ...(system && system !== 'wasm32' && { os: [system === 'windows' ? 'win32' : system] }),
  };
}

const path = join(process.argv[2] ?? '.', 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));
let added = 0;
for (const [place, entry] of Object.entries(lock.packages)) {
  if (!place.includes('node_modules/')) continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const known = [`${place}/node_modules/${name}`, `node_modules/${name}`].some((where) => where in lock.packages);
    if (known || !/^\d/.test(version)) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(entry.dev && { dev: true }),
      ...(entry.devOptional && { devOptional: true }),
      optional: true,
    };
    added += 1;
  }
}
const ordered = Object.entries(lock.packages).sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
lock.packages = Object.fromEntries(ordered);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} platform packages added`);
