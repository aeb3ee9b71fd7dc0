import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../src/embedded/postgres.js';

/** What a test has started or made; `cleanUp` undoes it, the last first. */
export const cleanups: Array<() => unknown> = [];

export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'qbo-sync-embedded-'));
  chmodSync(folder, 0o755);
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function start(
  dataDir: string,
  options: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, durable: false, ...options });
  cleanups.push(() => server.stop());
  return server;
}

export async function ask<T>(url: string, question: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1 });
  try {
    return await question(sql);
  } finally {
    await sql.end();
  }
}

export async function keepSomething(url: string): Promise<void> {
  await ask(url, (sql) => sql`CREATE TABLE kept AS SELECT 1 AS id`);
}

export async function whatWasKept(url: string): Promise<number> {
  return ask(url, async (sql) => (await sql`SELECT id FROM kept`).length);
}
