/**
 * Jest in ESM mode: Node strips nothing here, swc does, so that coverage maps back to the TypeScript.
 * Counting lines doubles the time of a run, so it is a run of its own: `npm run coverage`, which enforces the thresholds below.
 */
const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  injectGlobals: false,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2024',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  setupFilesAfterEnv: ['<rootDir>/test/support/jest/temporal-equality.ts'],
  ...extra,
});

/** Real PostgreSQL and redis-server, started once and only for runs that hold such a test. */
const withServices = {
  globalSetup: '<rootDir>/test/support/jest/start-services.ts',
  globalTeardown: '<rootDir>/test/support/jest/stop-services.ts',
};

const topics = 'shared/{accounts,journals,emotions,insights,tools,progress,notifications,privacy}';
const atLeast = (percent) => ({ statements: percent, lines: percent });

export default {
  projects: [
    project('unit'),
    project('integration', withServices),
    project('e2e', withServices),
    project('faults', withServices),
  ],
  maxWorkers: 2,
  // ES modules of a finished test file are never freed; a heap of some gigabytes is collected more than it is used.
  workerIdleMemoryLimit: '700MB',
  testTimeout: 30_000,
  coverageReporters: ['text-summary', 'html'],
  // Entry points, migrations and threads run by themselves, where nothing counts lines.
  collectCoverageFrom: [
    '{api,jobs,workers,shared}/**/*.ts',
    '!**/main.ts',
    '!**/*-thread.ts',
    '!shared/migrate-command.ts',
    '!api/openapi/write.ts',
    '!shared/platform/database/migrations/**',
  ],
  // A pattern holds for each file by itself, a folder for its files together.
  coverageThreshold: {
    [`./${topics}/!(*store|index|entities).ts`]: atLeast(90),
    './shared/scaling/policy.ts': atLeast(90),
    './api/': atLeast(85),
    './shared/**/*-store.ts': atLeast(80),
    './shared/ledger/': atLeast(80),
  },
};
