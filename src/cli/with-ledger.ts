import type { Config } from '../config.js';
import { type Ledger, openLedger } from '../ledger/database/open.js';
import { refuseUnmigrated } from './start-checks.js';

/** Stands in the audit log for whoever has a shell on this machine. */
export const BY = 'command line';

/** Runs one command on the ledger. */
export async function withLedger<Answer>(
  config: Config,
  work: (ledger: Ledger) => Promise<Answer>,
): Promise<Answer> {
  await refuseUnmigrated(config);
  const ledger = await openLedger({
    url: config.databaseUrl,
    keys: config.encryptionKeys,
    poolSize: 1,
  });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}
