import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import LongestFirst from './test/support/longest-first.js';
import { MOCK_MODULES } from './test/support/mock-modules.js';

// `unit` and `unit-mocks` need nothing; `int` and `tables` get real PostgreSQL and Redis; `e2e` and `security` also
// start the built api and worker as processes; `page` drives the page in a browser; `security` attacks them.
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    // Most files wait for processes. On two cores vitest alone would run one file at a time, and take twice as long.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // Loading the same modules anew for each file took as much CPU as the unit tests themselves.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{apps,libs,packages,scripts,bench,test}/**/*.spec.ts'],
          exclude: ['**/node_modules/**', ...MOCK_MODULES],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: { name: 'unit-mocks', include: MOCK_MODULES, isolate: true, testTimeout: 30_000 },
      },
      {
        extends: true,
        test: {
          name: 'int',
          include: ['{apps,libs,test}/**/*.int-spec.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'tables',
          include: ['test/tables/**/*.tables-spec.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/{e2e,faults}/**/*.e2e-spec.ts'],
          // What needs root, or minutes; `npm run test:faults` runs it.
          exclude: process.env.FAULTS === 'full' ? [] : ['test/faults/full/**'],
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/after-each-file.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'scale',
          include: ['test/scale/**/*.scale-spec.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/after-each-file.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'page',
          include: ['test/e2e/page/**/*.page-spec.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/after-each-file.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'security',
          include: ['test/security/**/*.e2e-spec.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          setupFiles: ['test/support/after-each-file.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
