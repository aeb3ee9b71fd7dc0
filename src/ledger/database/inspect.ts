import { type MigrationState, migrationState } from './migrate.js';
import { connect } from './open.js';

/** What a look at the database shows; nothing is changed. */
export interface DatabaseFacts {
  /** For example `18.4`. */
  version: string;
  maxConnections: number;
  migrations: MigrationState;
  /** Something was encrypted already, so the key ring can be tried. */
  hasSecret: boolean;
}

/** Looks at a database without needing it to be migrated. */
export async function inspectDatabase(url: string): Promise<DatabaseFacts> {
  const migrations = await migrationState(url);
  const sql = connect(url, { poolSize: 1 });
  try {
    const [row] = await sql<{ version: string; maxConnections: number }[]>`
      select split_part(current_setting('server_version'), ' ', 1) as version,
        current_setting('max_connections')::int as max_connections`;
    if (row === undefined) throw new Error('PostgreSQL answered no row');
    return { ...row, migrations, hasSecret: migrations.missing === 0 && (await hasSecret(sql)) };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function hasSecret(sql: ReturnType<typeof connect>): Promise<boolean> {
  const rows = await sql`select 1 from installation_secrets limit 1`;
  return rows.length > 0;
}
