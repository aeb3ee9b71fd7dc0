import { afterAll, describe } from '@jest/globals';
import type { JourneyOptions } from './journey.js';
import { describeWith } from './needs.js';
import { type PrivateRedis, startRedis } from './redis.js';

/**
 * The same tests on both queue backends. `queue()` answers what `startJourney` needs; a Redis it
 * started is stopped after the tests' own hooks.
 */
export function describeOnBothQueues(
  name: string,
  tests: (queue: () => Promise<JourneyOptions & { redis?: PrivateRedis }>) => void,
): void {
  describe(`${name}, queue on Postgres`, () => tests(async () => ({})));
  describeWith('redis-server', `${name}, queue on Redis`, () => {
    const started: PrivateRedis[] = [];
    tests(async () => {
      const redis = await startRedis();
      started.push(redis);
      return { redisUrl: redis.url, redis };
    });
    afterAll(() => Promise.all(started.map((redis) => redis.stop())));
  });
}
