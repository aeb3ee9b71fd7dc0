import type { Config } from '../config.js';
import { migrateLedger } from '../ledger/database/migrate.js';
import { migrateQueue } from '../queue/backend.js';

/** `qbo-sync migrate`: ledger and queue, under one lock; doing it twice changes nothing. */
export function migrate(
  config: Pick<Config, 'databaseUrl' | 'queueUrl' | 'queueSchema' | 'waits'>,
): Promise<void> {
  return migrateLedger(config.databaseUrl, {
    alongside: () => migrateQueue(config.queueUrl, { schema: config.queueSchema }),
    lockMs: config.waits.database.lockMs,
  });
}
