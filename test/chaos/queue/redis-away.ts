import { expect } from '@jest/globals';
import type { PrivateRedis } from '../../support/redis.js';
import type { SalesCompany } from '../../support/sales-company.js';
import type { ChaosHouse } from '../house.js';
import { row } from '../row.js';
import { DEGRADED, gaveUp, isReady, lasted, PATIENT, readiness, said, synced } from './seen.js';

/** Redis of a house that has one. */
export function redisOf({ redis }: ChaosHouse): PrivateRedis {
  if (redis === undefined) throw new Error('This house has its queue on Postgres');
  return redis;
}

/** Redis is gone, or silent. */
export function redisAway(house: () => ChaosHouse, at: () => SalesCompany): void {
  /** Longer than an idle worker waits before it asks again: BullMQ once stopped for good then. */
  const shortMs = () => house().processConfig.waits.queue.drainDelaySeconds * 1_000 + 1_000;
  /** A minute at the waits of production. */
  const longMs = () => house().processConfig.waits.canary.standstillMs / 2;

  row('F36', () => comesBackEmpty('F36', shortMs()), 'after a short outage');
  row('F36', () => comesBackEmpty('F36-LONG', longMs()), 'after a minute');

  async function comesBackEmpty(name: string, outageMs: number): Promise<void> {
    const workers = [await house().startWorker(), await house().startWorker()];
    // Both have worked, and wait for work.
    await at().invoice(`${name}-BEFORE`);
    await synced(house(), at(), [`${name}-BEFORE`]);

    const downAtMs = performance.now();
    await redisOf(house()).kill();
    await at().invoice(name);
    await lasted(downAtMs, outageMs);
    await redisOf(house()).restart({ empty: true });

    await synced(house(), at(), [name]);
    await at().invoice(`${name}-AFTER`);
    await synced(house(), at(), [`${name}-AFTER`]);
    expect(workers.map((worker) => worker.isRunning())).toEqual([true, true]);
    await house().check();
  }

  row('F37', () => goesSilent('F37', undefined), 'stands still');
  row('F37', () => goesSilent('F37-ONE-WAY', 'back'), 'hears and does not answer');

  async function goesSilent(name: string, way: 'back' | undefined): Promise<void> {
    const { redis: proxy } = house().proxies;
    const worker = await house().startWorker(PATIENT);

    proxy?.freeze(way);
    // Taken, answered and read from Postgres alone.
    await at().invoice(name);
    await at().invoice(`${name}-2`);
    expect(await readiness(house())).toEqual(DEGRADED);
    await gaveUp(house(), worker.pid);
    await proxy?.pass();

    await synced(house(), at(), [name, `${name}-2`]);
    await isReady(house());
    expect(worker.isRunning()).toBe(true);
    await house().check();
  }

  row(
    'F37',
    async () => {
      const silent = await house().startWorker();
      await at().invoice('F37-BEFORE');
      await synced(house(), at(), ['F37-BEFORE']);

      redisOf(house()).freeze();
      await at().invoice('F37-STANDING');
      expect(await silent.exitCode()).toBe(1);
      expect(said(house(), 'worker_stands_still', silent.pid)).toHaveLength(1);
      redisOf(house()).thaw();
      // Whoever runs it starts it again.
      await house().startWorker();

      await synced(house(), at(), ['F37-STANDING']);
      await isReady(house());
      await house().check();
    },
    'for longer than a worker may stand still',
  );
}
