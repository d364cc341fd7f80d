import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readModules } from './read-imports.ts';
import { findBreaches } from './rules.ts';

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** Plants files in a scratch tree and returns what the check says of it. */
function check(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'anlin-rules-'));
  made.push(root);
  for (const [path, text] of Object.entries({
    'packages/money/src/index.ts': '',
    'apps/server/src/app.ts': '',
    ...files,
  })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return findBreaches(readModules(root, ['packages', 'apps'])).map((breach) => breach.rule);
}

describe('the architecture check fails on a planted breach', () => {
  it('finds nothing in a tree that keeps the rules', () => {
    const rules = check({
      'apps/server/src/domains/cashier/index.ts':
        "import { bill } from '../charging/index.ts';\nimport { fen } from '@anlin/money';",
      'apps/server/src/domains/charging/index.ts': 'export const bill = 1;',
    });
    expect(rules).toEqual([]);
  });

  it('a package that imports against the order', () => {
    expect(check({ 'packages/money/src/a.ts': "import { price } from '@anlin/pricing';" })).toEqual([
      'money may not import @anlin/pricing',
    ]);
  });

  it('a pure package that touches the machine', () => {
    expect(check({ 'packages/money/src/a.ts': "import { readFileSync } from 'node:fs';" })).toEqual([
      'money is pure and may not import node:fs',
    ]);
  });

  it('platform that knows a domain, over several lines', () => {
    const rules = check({
      'apps/server/src/platform/a.ts': "import {\n  bill,\n  other,\n} from '../domains/charging/index.ts';",
      'apps/server/src/domains/charging/index.ts': '',
    });
    expect(rules).toEqual(['platform may not import domains (apps/server/src/domains/charging/index.ts)']);
  });

  it('a domain that reaches past a front door, or against the listed edges', () => {
    const rules = check({
      'apps/server/src/domains/cashier/a.ts': "import { x } from '../charging/bill.ts';",
      'apps/server/src/domains/charging/b.ts': "import { x } from '../cashier/index.ts';",
    });
    expect(rules).toEqual([
      'reaches charging past its index.ts (apps/server/src/domains/charging/bill.ts)',
      'domain charging may not know domain cashier',
    ]);
  });

  it('a demo that reaches past a front door, and a domain that knows the demo', () => {
    const rules = check({
      'apps/server/src/domains/cashier/index.ts': "import { loadDemo } from '../../demo/index.ts';",
      'apps/server/src/domains/cashier/allocate.ts': 'export const allocate = 1;',
      'apps/server/src/demo/index.ts':
        "import { allocate } from '../domains/cashier/allocate.ts';\nexport const loadDemo = 1;",
    });
    expect(rules).toContain('demo reaches a domain past its index.ts (apps/server/src/domains/cashier/allocate.ts)');
    expect(rules).toContain('domains may not import demo (apps/server/src/demo/index.ts)');
  });

  it('apps that import each other', () => {
    expect(check({ 'apps/admin/src/a.ts': "import { buildApp } from '../../server/src/app.ts';" })).toEqual([
      'reaches into server by path instead of by its front door',
    ]);
  });

  it('a circle', () => {
    const rules = check({
      'packages/money/src/a.ts': "import './b.ts';",
      'packages/money/src/b.ts': "export * from './a.ts';",
    });
    expect(rules).toHaveLength(1);
    expect(rules[0]).toMatch(/^circle: /);
  });

  it('a clock, chance or a float in the money code', () => {
    const rules = check({
      'packages/pricing/src/a.ts': 'export const a = () => Date.now() + Math.random() + parseFloat("1");',
    });
    expect(rules).toHaveLength(3);
  });

  it('a file named helpers', () => {
    expect(check({ 'packages/money/src/helpers.ts': '' })).toEqual(['a file is named after what it does']);
  });
});
