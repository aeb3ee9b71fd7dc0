/**
 * Tests run as ES modules through swc; type errors are found by `tsc`, not here. The global setup
 * provides a PostgreSQL server, so single files can be run with jest directly; see
 * test/support/run.ts for what `npm test` adds.
 */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  // Above the sum of the waits of a test, each of which says in vain of what it waited.
  testTimeout: 300_000,
};
