import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/postgres.js';
import { buildPrograms } from './built-programs.js';
import { makeClusterTemplate, newCluster } from './postgres-cluster.js';
import { findOnPath } from './programs.js';

interface TestRun {
  server: EmbeddedPostgres | null;
  folders: string[];
}

let run: TestRun | null = null;

/**
 * Once per Jest run, also when Jest is started by hand: provides what tests read from the
 * environment. `TEST_DATABASE_URL` names a server where databases may be created; when unset, an
 * embedded one is started. `QBO_TEST_RUN_ID` keeps the databases of this run apart from others.
 */
export async function startTestRun(): Promise<void> {
  process.env.QBO_TEST_RUN_ID = randomBytes(4).toString('hex');
  process.env.TEST_REDIS_SERVER ??= findOnPath(['redis-server']) ?? '';
  process.env.CHROMIUM_PATH ??= findOnPath(['chromium', 'chromium-browser', 'google-chrome']) ?? '';
  process.env.QBO_TEST_FOLDER = mkdtempSync(join(tmpdir(), 'qbo-sync-shared-'));
  run = { server: null, folders: [process.env.QBO_TEST_FOLDER] };
  await buildPrograms();
  if (process.env.TEST_DATABASE_URL) return;

  run.folders.push(await makeClusterTemplate());
  const { folder, dataDir } = newCluster('qbo-sync-test');
  run.folders.push(folder);
  run.server = await startEmbeddedPostgres({ dataDir, durable: false, maxConnections: 200 });
  process.env.TEST_DATABASE_URL = run.server.url;
}

/** Stops the embedded server, or drops this run's databases on a server that stays. */
export async function endTestRun(): Promise<void> {
  if (!run) return;
  if (run.server) {
    await run.server.stop();
    rmSync(run.server.dir, { recursive: true, force: true });
  } else {
    await dropDatabasesOfRun();
  }
  for (const folder of run.folders) rmSync(folder, { recursive: true, force: true });
}

async function dropDatabasesOfRun(): Promise<void> {
  const sql = postgres(process.env.TEST_DATABASE_URL ?? '', { max: 1, onnotice: () => {} });
  try {
    const pattern = `qbo_test_${process.env.QBO_TEST_RUN_ID}_%`;
    const rows = await sql`SELECT datname FROM pg_database WHERE datname LIKE ${pattern}`;
    for (const { datname } of rows) {
      await sql`DROP DATABASE IF EXISTS ${sql(datname)} WITH (FORCE)`;
    }
  } finally {
    await sql.end();
  }
}
