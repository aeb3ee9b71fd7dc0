import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

/** Any number; the same in every process, so that one migrates and the others wait. */
const MIGRATION_LOCK = 7_203_911;

/**
 * Brings the database to this version. Many processes may call it at once: a session advisory lock
 * lets one work while the others wait and then find nothing to do (drizzle's own migrator takes no
 * lock). `alongside` runs under the same lock, for other schemas in the same database.
 */
export async function migrateLedger(
  url: string,
  alongside: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  // One connection only: the lock belongs to the session that migrates.
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(client), { migrationsFolder: migrationsFolder() });
    await alongside();
  } finally {
    await client.end({ timeout: 5 });
  }
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
