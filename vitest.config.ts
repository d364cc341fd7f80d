import { defineConfig } from 'vitest/config';

const propertySeed = 'tools/test/property-seed.ts';

/**
 * Where a database, processes or a browser take part, no seed fixes how they interleave: what fails is played once more,
 * and `npm test` names at its end whatever passed only then. `--retry=0` when hunting such a one.
 */
const retry = 1;

// `unit` needs nothing but Node; `server` gets a PostgreSQL from its global set-up; `crash` and `browser` start the product.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/admin/src/**/*.test.ts',
            'apps/mobile/src/**/*.test.ts',
            'apps/miniprogram/src/**/*.test.ts',
            'tools/**/*.test.ts',
          ],
          setupFiles: [propertySeed],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'server',
          retry,
          include: ['apps/server/**/*.test.ts'],
          globalSetup: ['apps/server/test/global-setup.ts'],
          setupFiles: [propertySeed],
          // Each worker keeps PostgreSQL busy as well: more workers than two only make two cores wait.
          maxWorkers: 2,
          // Far more than any needs: a busy machine is no reason to fail, a test that hangs is.
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      // Servers and databases that are killed: processes of their own, one file at a time.
      {
        test: {
          name: 'crash',
          retry,
          include: ['test/crash/**/*.test.ts'],
          maxWorkers: 1,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      // A person at the screen: the real server, the built back office, a real browser.
      {
        test: {
          name: 'browser',
          retry,
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/harness/global-setup.ts'],
          // Half of a browser test is waiting: two files at a time fill two cores.
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
