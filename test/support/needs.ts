import { describe } from '@jest/globals';

/**
 * What some tests need and not every machine has.
 * - `redis`: a Redis to use, own or shared (`freshRedis`).
 * - `redis-server`: the program itself, to freeze and kill a Redis of one's own (`startRedis`).
 * - `browser`: a Chromium, its path in CHROMIUM_PATH.
 * - `recorded`: recorded answers of QuickBooks, their folder in QBO_RECORDED_DIR.
 */
export type Need = 'redis' | 'redis-server' | 'browser' | 'recorded';

/**
 * `describe` for tests with a need. Where it is not met they are skipped under a name by which
 * `npm test` counts and lists them; nothing else in the tests may skip. With QBO_SYNC_NO_SKIP=1
 * they run all the same and fail on what is missing.
 */
export function describeWith(need: Need, name: string, tests: () => void): void {
  if (has(need) || process.env.QBO_SYNC_NO_SKIP === '1') {
    describe(name, tests);
  } else {
    describe.skip(`${name} [needs ${need}]`, tests);
  }
}

/** Whether this machine offers what is needed; see `startTestRun` for where that comes from. */
export function has(need: Need): boolean {
  const { REDIS_URL, TEST_REDIS_SERVER, CHROMIUM_PATH, QBO_RECORDED_DIR } = process.env;
  const found = {
    redis: REDIS_URL || TEST_REDIS_SERVER,
    'redis-server': TEST_REDIS_SERVER,
    browser: CHROMIUM_PATH,
    recorded: QBO_RECORDED_DIR,
  };
  return Boolean(found[need]);
}
