import { migrateQueue } from '../../../src/queue/backend.js';
import type { ChaosHouse } from '../house.js';

/** FLUSHALL; on Postgres the queue's schema is dropped and made anew, with everything running on. */
export async function loseQueue({ redis, house: { ledger }, config }: ChaosHouse): Promise<void> {
  if (redis !== undefined) return redis.flushAll();
  // As a transaction: one that meets workers' own is sent back, and tried again.
  await ledger.sql.begin((tx) => tx`drop schema ${tx(config.queueSchema)} cascade`);
  await migrateQueue(config.queueUrl, { schema: config.queueSchema });
}
