import { randomBytes } from 'node:crypto';
import { migrateLedger } from '../../src/ledger/migrate.js';
import { type Ledger, type LedgerOptions, openLedger } from '../../src/ledger/open.js';
import { freshDatabase } from './database.js';

export const TEST_KEYS = [{ id: 'k1', key: randomBytes(32) }];

export interface FreshLedger {
  ledger: Ledger;
  url: string;
  close(): Promise<void>;
}

/** A migrated, empty ledger of the test's own. */
export async function freshLedger(options: Partial<LedgerOptions> = {}): Promise<FreshLedger> {
  const database = await freshDatabase({ migrate: migrateLedger });
  const ledger = await openLedger({ url: database.url, keys: TEST_KEYS, poolSize: 5, ...options });
  return {
    ledger,
    url: database.url,
    async close() {
      await ledger.close();
      await database.drop();
    },
  };
}
