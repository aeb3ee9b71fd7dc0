import type { Ledger, Transaction } from '../../src/ledger/database/open.js';

/**
 * Takes locks in a transaction of its own and holds them; answers how to let go.
 * @param take locks rows, for example by `select … for update`
 */
export async function holdLocks(
  ledger: Ledger,
  take: (tx: Transaction) => Promise<unknown>,
): Promise<() => Promise<void>> {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let tellTaken: () => void = () => undefined;
  const taken = new Promise<void>((resolve) => {
    tellTaken = resolve;
  });
  const done = ledger.sql.begin(async (tx) => {
    await take(tx);
    tellTaken();
    await held;
  });
  // Without its locks there is nothing to wait for.
  await Promise.race([taken, done]);
  return async () => {
    letGo();
    await done;
  };
}

/**
 * How many statements of this database wait for a lock.
 * @param saying a part of the statements that are meant: leases are renewed beside them, and may wait
 */
export async function waitingForLocks({ sql }: Ledger, saying: string): Promise<number> {
  const [row] = await sql<{ waiting: number }[]>`
    select count(*)::int as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
      and position(${saying} in query) > 0`;
  return row?.waiting ?? 0;
}
