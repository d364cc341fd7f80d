import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string>; resolved?: string }>;
}

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as Lock;

it('the lock names the packages of every platform, so that npm ci works on all of them', () => {
  const missing = Object.entries(lock.packages).flatMap(([place, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) =>
        place !== '' &&
        !(`${place}/node_modules/${name}` in lock.packages) &&
        !(`node_modules/${name}` in lock.packages),
    ),
  );
  expect(missing, 'run: node tools/complete-lock.mjs').toEqual([]);
});

it('the lock names no registry', () => {
  const hosts = Object.values(lock.packages).filter((entry) => /^https?:/.test(entry.resolved ?? ''));
  expect(hosts).toEqual([]);
});
