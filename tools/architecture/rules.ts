import { applicationEdges, domainEdges, packageEdges } from './edges.ts';
import type { Module } from './read-imports.ts';

export interface Breach {
  path: string;
  rule: string;
}

interface Place {
  kind: 'package' | 'app' | 'other';
  name: string;
}

function placeOf(path: string): Place {
  const [top, name] = path.split('/');
  if (top === 'packages') return { kind: 'package', name: name ?? '' };
  if (top === 'apps') return { kind: 'app', name: name ?? '' };
  return { kind: 'other', name: top ?? '' };
}

const isTest = (path: string) =>
  /\.(test|fixture|property)\.tsx?$/.test(path) || path.includes('/test/') || path.includes('/test-data/');

/** Every breach of the rules of the house among the modules. */
export function findBreaches(modules: readonly Module[]): Breach[] {
  const found = modules.flatMap((module) => [
    ...packageBreaches(module),
    ...(module.path.startsWith('apps/server/src/') ? serverBreaches(module) : []),
    ...forbiddenWords(module),
    ...nameBreaches(module),
  ]);
  return [...found, ...circles(modules)];
}

function packageBreaches({ path, imports }: Module): Breach[] {
  const place = placeOf(path);
  if (place.kind === 'other') return [];
  const allowed = (place.kind === 'package' ? packageEdges : applicationEdges)[place.name];
  if (!allowed) return [{ path, rule: `${place.name} is not listed in tools/architecture/edges.ts` }];
  return imports.flatMap((target): Breach[] => {
    const ours = /^@anlin\/([a-z-]+)/.exec(target)?.[1];
    if (ours !== undefined && ours !== place.name && !allowed.includes(ours)) {
      return [{ path, rule: `${place.name} may not import @anlin/${ours}` }];
    }
    const other = placeOf(target);
    if (other.kind !== 'other' && (other.kind !== place.kind || other.name !== place.name) && target.includes('/')) {
      const isRelative = target.startsWith('packages/') || target.startsWith('apps/');
      if (isRelative && !isTest(path))
        return [{ path, rule: `reaches into ${other.name} by path instead of by its front door` }];
    }
    const isPure =
      ['money', 'calendar', 'formula', 'pricing', 'contract'].includes(place.name) && place.kind === 'package';
    if (isPure && target.startsWith('node:') && !isTest(path))
      return [{ path, rule: `${place.name} is pure and may not import ${target}` }];
    return [];
  });
}

/** platform ← resource ← domains ← demo ← app.ts and the entry files beside it. */
const layers = ['platform', 'resource', 'domains', 'demo', 'top'] as const;

function layerOf(path: string): (typeof layers)[number] {
  const part = path.slice('apps/server/src/'.length).split('/')[0];
  return layers.find((layer) => layer === part) ?? 'top';
}

function serverBreaches({ path, imports }: Module): Breach[] {
  if (isTest(path)) return [];
  const own = layerOf(path);
  return imports.flatMap((target): Breach[] => {
    if (!target.startsWith('apps/server/src/')) return [];
    const other = layerOf(target);
    if (layers.indexOf(other) > layers.indexOf(own))
      return [{ path, rule: `${own} may not import ${other} (${target})` }];
    if (own === 'demo' && other === 'domains' && !/^apps\/server\/src\/domains\/[^/]+\/index\.ts$/.test(target))
      return [{ path, rule: `demo reaches a domain past its index.ts (${target})` }];
    return own === 'domains' && other === 'domains' ? domainBreach(path, target) : [];
  });
}

function domainBreach(path: string, target: string): Breach[] {
  const from = path.split('/')[4] ?? '';
  const to = target.split('/')[4] ?? '';
  if (!(from in domainEdges)) return [{ path, rule: `domain ${from} is not listed in tools/architecture/edges.ts` }];
  if (from === to) return [];
  if (!domainEdges[from]?.includes(to)) return [{ path, rule: `domain ${from} may not know domain ${to}` }];
  return target === `apps/server/src/domains/${to}/index.ts`
    ? []
    : [{ path, rule: `reaches ${to} past its index.ts (${target})` }];
}

/** Where time, chance and floats are forbidden: they would make money and replays inexact. */
const exactPlaces =
  /^(packages\/(money|calendar|formula|pricing)\/src|apps\/server\/src\/domains|apps\/server\/src\/resource)\//;
const forbidden: readonly [RegExp, string][] = [
  [/\bDate\.now\(|\bnew Date\(|\bTemporal\.Now\b/, 'takes the time from the machine instead of the injected clock'],
  [/\bMath\.random\(/, 'uses chance'],
  [/\bparseFloat\(/, 'uses floats where exact numbers are wanted'],
];

function forbiddenWords({ path, text }: Module): Breach[] {
  if (!exactPlaces.test(path) || isTest(path)) return [];
  return forbidden.filter(([pattern]) => pattern.test(text)).map(([, rule]) => ({ path, rule }));
}

function nameBreaches({ path }: Module): Breach[] {
  const file = path.split('/').at(-1) ?? '';
  if (!/^[a-z0-9]+([.-][a-z0-9]+)*\.tsx?$/.test(file)) return [{ path, rule: 'file names are kebab-case' }];
  return /^(utils?|helpers?|common|manager|misc)\b/.test(file)
    ? [{ path, rule: 'a file is named after what it does' }]
    : [];
}

/** Circles among modules, each named once by its smallest path. Type-only circles count: they tie files together too. */
function circles(modules: readonly Module[]): Breach[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const state = new Map<string, 'open' | 'done'>();
  const found: Breach[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      const circle = trail.slice(trail.indexOf(path));
      found.push({ path: [...circle].sort()[0] ?? path, rule: `circle: ${circle.join(' → ')} → ${path}` });
      return;
    }
    state.set(path, 'open');
    for (const target of byPath.get(path)?.staticImports ?? []) if (byPath.has(target)) visit(target, [...trail, path]);
    state.set(path, 'done');
  };
  for (const { path } of modules) visit(path, []);
  return found;
}
