/**
 * Node itself loads the tests, see native-runner.mjs; type errors are found by `tsc`, not here. The
 * global setup provides a PostgreSQL server, so single files can be run with jest directly; see
 * test/support/run-tests.ts for what `npm test` adds.
 */
export default {
  testEnvironment: 'node',
  testRunner: '<rootDir>/test/support/native-runner.mjs',
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  // Node loads them, and ts-loader.mjs translates.
  transform: {},
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.data'],
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  // Above the sum of the waits of a test, each of which says in vain of what it waited.
  testTimeout: 600_000,
};
