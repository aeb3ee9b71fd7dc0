import { describe, expect, it } from '@jest/globals';
import postgres from 'postgres';
import { freshDatabase } from './database.js';

// The databases are real; the migration is a table of this file's own.
let migrations = 0;
async function migrate(url: string): Promise<void> {
  migrations += 1;
  await withClient(url, (sql) => sql`CREATE TABLE thing (id int PRIMARY KEY)`);
}

async function withClient<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

describe('freshDatabase', () => {
  it('gives each caller a migrated database of its own, migrating once', async () => {
    const options = { migrate, template: 'thing' };
    const databases = await Promise.all([1, 2, 3].map(() => freshDatabase(options)));
    for (const [index, { url }] of databases.entries()) {
      await withClient(url, (sql) => sql`INSERT INTO thing VALUES (${index})`);
    }

    for (const { url } of databases) {
      expect(await withClient(url, (sql) => sql`SELECT id FROM thing`)).toHaveLength(1);
    }
    expect(migrations).toBe(1);
    await Promise.all(databases.map(({ drop }) => drop()));
  });

  it('tries the migration again after one that failed', async () => {
    const failing = async (url: string) => {
      await withClient(url, (sql) => sql`CREATE TABLE half (id int)`);
      throw new Error('migration broke');
    };
    await expect(freshDatabase({ migrate: failing, template: 'half' })).rejects.toThrow('broke');

    const database = await freshDatabase({ migrate, template: 'half' });
    await expect(withClient(database.url, (sql) => sql`SELECT FROM half`)).rejects.toThrow('half');
    await database.drop();
  });

  it('complains about a connection left open, and drops the database all the same', async () => {
    const database = await freshDatabase();
    const leaked = postgres(database.url, { max: 1, onclose: () => {} });
    await leaked`SELECT 1`;

    await expect(database.drop({ withinMs: 1_000 })).rejects.toThrow(
      /a connection was left open.*SELECT 1/,
    );

    await leaked.end({ timeout: 1 });
    await expect(withClient(database.url, (sql) => sql`SELECT 1`)).rejects.toThrow('not exist');
  });

  it('drops without asking when told to', async () => {
    const database = await freshDatabase();
    const leaked = postgres(database.url, { max: 1 });
    await leaked`SELECT 1`;

    await database.drop({ force: true });
    await leaked.end({ timeout: 1 });
  });
});
