import { randomBytes } from 'node:crypto';
import { migrateLedger } from '../../src/ledger/database/migrate.js';
import { type Ledger, type LedgerOptions, openLedger } from '../../src/ledger/database/open.js';
import { freshDatabase } from './database.js';

export const TEST_KEYS = [{ id: 'k1', key: randomBytes(32) }];

/** Longer than in production, for a machine that does much else. */
const PATIENT = { connectTimeoutMs: 15_000, statementTimeoutMs: 30_000 };

export interface FreshLedger {
  ledger: Ledger;
  url: string;
  close(): Promise<void>;
}

/** What a file's ledgers hold from the start: filled once, and cloned for each. */
export interface Content {
  /** Another one than in all other files. */
  name: string;
  fill(ledger: Ledger): Promise<void>;
}

/** A migrated ledger of the test's own; empty without content. */
export async function freshLedger(
  options: Partial<LedgerOptions> = {},
  content?: Content,
): Promise<FreshLedger> {
  const database = await freshDatabase(
    content === undefined
      ? { migrate: migrateLedger }
      : { migrate: (url) => fillOnce(url, options, content), template: content.name },
  );
  const { url } = database;
  const ledger = await openLedger({ url, keys: TEST_KEYS, poolSize: 5, ...PATIENT, ...options });
  return {
    ledger,
    url,
    async close() {
      await ledger.close();
      await database.drop();
    },
  };
}

async function fillOnce(
  url: string,
  options: Partial<LedgerOptions>,
  { fill }: Content,
): Promise<void> {
  await migrateLedger(url);
  const ledger = await openLedger({ url, keys: TEST_KEYS, poolSize: 5, ...PATIENT, ...options });
  try {
    await fill(ledger);
  } finally {
    await ledger.close();
  }
}
