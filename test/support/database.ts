import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { waitFor } from './wait-for.js';

const LEAK_LIMIT_MS = 60_000;

export interface FreshDatabaseOptions {
  /** Brings an empty database to its schema. Without it the database is empty. */
  migrate?: (url: string) => Promise<void>;
  /** Names the template; give another one when `migrate` differs between tests of a run. */
  template?: string;
}

export interface FreshDatabase {
  url: string;
  /**
   * Removes the database. Throws when a client stays connected: the test, or what it tests, has left
   * a connection open. `force` drops without asking, for tests that kill clients.
   */
  drop(options?: DropOptions): Promise<void>;
}

interface DropOptions {
  force?: boolean;
  /** So long clients may take to leave. */
  withinMs?: number;
}

/**
 * A database of its own for one test, cloned from a template. The first call of a run migrates the
 * template; all others, in whichever Jest worker, wait for that under an advisory lock and clone.
 */
export async function freshDatabase(options: FreshDatabaseOptions = {}): Promise<FreshDatabase> {
  const prefix = `qbo_test_${process.env.QBO_TEST_RUN_ID ?? process.pid}`;
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  await withServer(async (sql) => {
    const { migrate } = options;
    if (!migrate) {
      await sql`CREATE DATABASE ${sql(name)}`;
      return;
    }
    const template = `${prefix}_template_${options.template ?? 'ledger'}`;
    await ensureTemplate(sql, template, migrate);
    await sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(template)} STRATEGY FILE_COPY`;
  });
  return {
    url: addressOf(name),
    drop: (options = {}) => withServer((sql) => dropDatabase(sql, name, options)),
  };
}

async function ensureTemplate(
  sql: postgres.Sql,
  template: string,
  migrate: (url: string) => Promise<void>,
): Promise<void> {
  await sql`SELECT pg_advisory_lock(hashtext(${template}))`;
  try {
    const found = await sql`SELECT 1 FROM pg_database WHERE datname = ${template}`;
    if (found.length > 0) return;
    // Migrated under another name first: a template that exists is a template that is whole.
    const draft = `${template}_new`;
    await sql`DROP DATABASE IF EXISTS ${sql(draft)} WITH (FORCE)`;
    await sql`CREATE DATABASE ${sql(draft)}`;
    await migrate(addressOf(draft));
    await noClientsLeft(sql, draft);
    await sql`ALTER DATABASE ${sql(draft)} WITH ALLOW_CONNECTIONS false`;
    await sql`ALTER DATABASE ${sql(draft)} RENAME TO ${sql(template)}`;
  } finally {
    await sql`SELECT pg_advisory_unlock(hashtext(${template}))`;
  }
}

async function dropDatabase(
  sql: postgres.Sql,
  name: string,
  { force = false, withinMs }: DropOptions,
): Promise<void> {
  try {
    if (!force) await noClientsLeft(sql, name, withinMs);
  } finally {
    await sql`DROP DATABASE IF EXISTS ${sql(name)} WITH (FORCE)`;
  }
}

/** A backend ends a moment after its client has hung up, so this waits before it complains. */
async function noClientsLeft(
  sql: postgres.Sql,
  name: string,
  withinMs = LEAK_LIMIT_MS,
): Promise<void> {
  const connected = async () => {
    const rows = await sql`
      SELECT application_name, state, left(query, 120) AS query FROM pg_stat_activity
      WHERE datname = ${name} AND backend_type = 'client backend'`;
    if (rows.length > 0) throw new Error(JSON.stringify(rows));
    return true;
  };
  await waitFor(connected, {
    what: `all clients to leave database ${name}; a connection was left open`,
    withinMs,
  });
}

async function withServer<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  // One connection, opened and closed each time: advisory locks need one session, and a connection
  // that stayed open would keep Jest from exiting.
  const sql = postgres(serverUrl(), { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function addressOf(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('TEST_DATABASE_URL is not set; run tests through Jest or npm test.');
  return url;
}
