import type { Transaction } from '../../../src/ledger/database/open.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';

/** Tables that everybody writes; a newer version has given each a column. */
const CHANGED = ['documents', 'pushes', 'requests', 'runs', 'connections'] as const;
const FIRST_PATIENCE_MS = 200;
const PATIENCE_MS_MAX = 5_000;
const A_YEAR_MS = 366 * 24 * 60 * 60 * 1_000;

/**
 * Brings the database to where a version after ours would leave it: columns nobody here knows, and a
 * migration that is newer than all of ours. As ours it only adds, and waits for nobody's lock for long.
 */
export async function migratedFurther({ house: { ledger } }: ChaosHouse): Promise<void> {
  for (const table of CHANGED) {
    const add = (tx: Transaction) => tx`
      alter table ${tx(table)} add column if not exists of_the_next_version text not null default 'new'`;
    let patienceMs = FIRST_PATIENCE_MS;
    const added = () =>
      ledger.sql.begin(async (tx) => {
        await tx.unsafe(`set local lock_timeout = ${patienceMs}`);
        // On a busy machine the transactions before it take longer than that.
        patienceMs = Math.min(2 * patienceMs, PATIENCE_MS_MAX);
        await add(tx);
        return true;
      });
    await waitFor(added, { what: `${table} to be changed` });
  }
  await ledger.sql`
    insert into drizzle.__drizzle_migrations (hash, created_at)
    values ('of the next version', ${Date.now() + A_YEAR_MS})`;
}
