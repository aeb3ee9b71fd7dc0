import { describe } from '@jest/globals';
import type { JourneyOptions } from './journey.js';
import { describeWith } from './needs.js';
import { type PrivateRedis, startRedis } from './redis.js';

/**
 * The same tests on both queue backends. `queue()` answers what `startJourney` needs; a Redis is
 * started for it and ends with the process of the test run.
 */
export function describeOnBothQueues(
  name: string,
  tests: (queue: () => Promise<JourneyOptions & { redis?: PrivateRedis }>) => void,
): void {
  describe(`${name}, queue on Postgres`, () => tests(async () => ({})));
  describeWith('redis-server', `${name}, queue on Redis`, () =>
    tests(async () => {
      const redis = await startRedis();
      return { redisUrl: redis.url, redis };
    }),
  );
}
