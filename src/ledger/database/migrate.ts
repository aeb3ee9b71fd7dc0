import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { isLockNotGiven } from './unavailable.js';

/** Any number; the same in every process, so that one migrates and the others wait. */
const MIGRATION_LOCK = 7_203_911;

/** How long a migration waits for one table, in milliseconds: whoever else wants it waits behind. */
export const MIGRATION_LOCK_MS = 10_000;
/** Tries before it is given up; between two of them, those who waited behind it go on. */
const TRIES_MAX = 5;
const PAUSE_MS = 2_000;

export interface MigrateOptions {
  /** Runs under the same lock, for other schemas in the same database. */
  alongside?: () => Promise<void>;
  /** Default `MIGRATION_LOCK_MS`. */
  lockMs?: number;
}

/** Something else holds a table for longer than a migration may wait; nothing was changed. */
export class MigrationLocked extends Error {
  override name = 'MigrationLocked';

  constructor(lockMs: number, options: ErrorOptions) {
    super(
      `A table that has to be changed was held by something else for ${TRIES_MAX} times ` +
        `${lockMs / 1_000} s, as by a backup or a long query. Nothing was changed. Look in ` +
        'pg_stat_activity for what runs longest, let it end, and migrate again.',
      options,
    );
  }
}

/**
 * Brings the database to this version. Many processes may call it at once: a session advisory lock
 * lets one work while the others wait and then find nothing to do (drizzle's own migrator takes no
 * lock).
 *
 * @throws MigrationLocked
 */
export async function migrateLedger(
  url: string,
  { alongside = () => Promise.resolve(), lockMs = MIGRATION_LOCK_MS }: MigrateOptions = {},
): Promise<void> {
  // One connection only: the lock belongs to the session that migrates.
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
    // From here on alone: who migrates before us may take as long as it needs.
    await client`select set_config('lock_timeout', ${String(lockMs)}, false)`;
    await migrateWhereUnlocked(client, lockMs);
    await countTransactionsAnew(client);
    await alongside();
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** All of it is one transaction, so that a try which is given up leaves nothing. */
async function migrateWhereUnlocked(client: postgres.Sql, lockMs: number): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      await migrate(drizzle(client), { migrationsFolder: migrationsFolder() });
      return;
    } catch (error) {
      if (!isLockNotGiven(error)) throw error;
      if (tried === TRIES_MAX) throw new MigrationLocked(lockMs, { cause: error });
      await delay(Math.min(PAUSE_MS, lockMs));
    }
  }
}

/**
 * A database that was restored from a dump counts its transactions from the beginning, and readers of
 * the feed would wait for those its events name. What is kept stands before all that comes then.
 */
async function countTransactionsAnew(client: postgres.Sql): Promise<void> {
  await client.begin(async (tx) => {
    const ahead = tx`"transaction" >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;
    const counters = await tx`update event_counters set "transaction" = 0 where ${ahead}`;
    if (counters.count > 0) await tx`update events set "transaction" = 0 where ${ahead}`;
  });
}

/** How far a database is behind, or ahead of, this version. */
export interface MigrationState {
  /** Migrations of this version that the database lacks. */
  missing: number;
  /** The database was migrated by a newer version. */
  newer: boolean;
}

const CONNECT_SECONDS = 5;

/** Compares the database with this version's migrations and changes nothing. */
export async function migrationState(url: string): Promise<MigrationState> {
  const known = knownMigrations();
  const client = postgres(url, {
    max: 1,
    connect_timeout: CONNECT_SECONDS,
    onnotice: () => undefined,
  });
  try {
    const [table] = await client`select to_regclass('drizzle.__drizzle_migrations') as name`;
    if (table?.['name'] === null) return { missing: known.length, newer: false };
    const [row] = await client`select max(created_at) as last from drizzle.__drizzle_migrations`;
    const lastMs = Number(row?.['last'] ?? 0);
    return {
      missing: known.filter((whenMs) => whenMs > lastMs).length,
      newer: lastMs > Math.max(...known),
    };
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** When each migration was generated, in milliseconds: what drizzle orders and remembers them by. */
function knownMigrations(): number[] {
  const text = readFileSync(join(migrationsFolder(), 'meta', '_journal.json'), 'utf8');
  return (JSON.parse(text) as { entries: { when: number }[] }).entries.map(({ when }) => when);
}

/** `drizzle/` stands at the root, both beside the sources and beside the built files. */
function migrationsFolder(): string {
  let place = dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < 5; level += 1) {
    const folder = join(place, 'drizzle');
    if (existsSync(join(folder, 'meta', '_journal.json'))) return folder;
    place = dirname(place);
  }
  throw new Error('The folder of migrations, drizzle/, was not found');
}
