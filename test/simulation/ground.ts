import { type Ledger, openLedger } from '../../src/ledger/database/open.js';
import { freshDatabase } from '../support/database.js';
import { TEST_KEYS } from '../support/ledger.js';
import { migrateVirtual, withVirtualTime } from './virtual-time.js';
import { Wire } from './wire.js';

/** More than all threads of a seed can hold at once. */
const CONNECTIONS = 24;

/** What outlives a seed: one database, one wire. */
export interface Ground {
  ledger: Ledger;
  wire: Wire;
  countLockWaits(): Promise<number>;
}

export interface OpenGround {
  ground: Ground;
  close(): Promise<void>;
}

/** What all seeds of a test file share: one database with virtual time, one wire. */
export async function openGround(): Promise<OpenGround> {
  const database = await freshDatabase({ migrate: migrateVirtual, template: 'virtual' });
  const url = withVirtualTime(database.url);
  const ledger = await openLedger({ url, keys: TEST_KEYS, poolSize: CONNECTIONS });
  const wire = await Wire.open();
  const countLockWaits = async () => {
    const [row] = await ledger.sql<{ waits: number }[]>`
      select count(*)::int as waits from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    return row?.waits ?? 0;
  };
  return {
    ground: { ledger, wire, countLockWaits },
    async close() {
      await wire.close();
      await ledger.close();
      await database.drop();
    },
  };
}

/** All tables but the clock's and the installation's secret. */
export async function emptyLedger({ sql }: Ledger): Promise<void> {
  await sql.begin(async (tx) => {
    // Without looking at references, and not by TRUNCATE: that takes a moment for each table.
    await tx`set local session_replication_role = replica`;
    const tables = await tx<{ name: string }[]>`
      select quote_ident(tablename) as name from pg_tables
      where schemaname = 'public' and tablename not in ('virtual_clock', 'installation_secrets')`;
    await tx.unsafe(tables.map(({ name }) => `delete from ${name};`).join(' '));
  });
}

/** Nothing is open, due, or waiting for another document that is. */
export async function isQuiet(ledger: Ledger): Promise<boolean> {
  const [left] = await ledger.sql<{ pushes: number; due: number }[]>`
    select (select count(*)::int from pushes where closed_at is null) as pushes,
      (select count(*)::int from documents d where due_at is not null or exists (
        select 1 from documents b where b.id = d.blocked_by
          and (b.due_at is not null or b.blocked_by is not null))) as due`;
  return left?.pushes === 0 && left.due === 0;
}
