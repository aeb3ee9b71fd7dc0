import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { connect, type Sql } from '../../../src/ledger/database/open.js';
import { type Running, run, start } from '../../cli/program.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { ROOT } from '../../support/sources.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';
import { synced } from '../queue/seen.js';
import { row } from '../row.js';

/** What a database is brought up to date with. */
export interface ToMigrate {
  /** Past every fault. */
  url: string;
  /** Settings of a process that works on it. */
  environment: Record<string, string>;
}

/** What was seen while many migrated. */
interface Seen {
  /** How those ended that were not killed. */
  codes: number[];
  /** Whether the one that was killed left anything of what it had made. */
  leftHalf: boolean;
  /** What a worker said that was started too early. */
  worker: { code: number; stderr: string };
  /** Migrations that were noted as done. */
  noted: number;
}

/** Containers of one installation that all migrate at their start. */
const AT_ONCE = 4;
/** Lock on which the migration is made to stand, in its middle. */
const STANDING = 7;

/** A house whose database is migrated by many processes at once, one of which is killed half-way. */
export function racingMigrations() {
  let seen: Seen | undefined;
  return {
    async migrate(database: ToMigrate): Promise<void> {
      seen = await race(database);
    },
    rows(house: () => ChaosHouse, at: () => SalesCompany): void {
      row('F45', async () => {
        expect(seen).toMatchObject({
          codes: Array.from({ length: AT_ONCE }, () => 0),
          leftHalf: false,
          worker: { code: 1, stderr: expect.stringContaining('Run: qbo-sync migrate') },
          noted: migrationsOfThisVersion(),
        });
        // While work is done it changes nothing.
        await house().startWorker();
        const [again] = await Promise.all([
          run(['migrate'], { settings: house().environment }),
          at().invoice('F45'),
        ]);
        expect(again.code).toBe(0);
        await synced(house(), at(), ['F45']);
        await house().check();
      });
    },
  };
}

async function race({ url, environment }: ToMigrate): Promise<Seen> {
  const sql = connect(url, { poolSize: 2, statementTimeoutMs: 0 });
  try {
    await standAtTable(sql, 'public.documents');
    const holder = await sql.reserve();
    await holder`select pg_advisory_lock(${STANDING})`;
    const migrating = () => start(['migrate'], { settings: environment });
    const doomed = migrating();
    await waitingForLock(sql, 1, [doomed]);
    const others = Array.from({ length: AT_ONCE }, migrating);
    await waitingForLock(sql, 1 + AT_ONCE, others);
    doomed.child.kill('SIGKILL');
    await doomed.ended;
    const worker = await run(['worker'], { settings: { ...environment, WORKER_PORT: '0' } });
    // What was made before the kill stands in a transaction nobody will commit.
    const [table] = await sql`select to_regclass('public.companies') as name`;
    await holder`select pg_advisory_unlock(${STANDING})`;
    holder.release();
    const codes = (await Promise.all(others.map(({ ended }) => ended))).map(({ code }) => code);
    await sql`drop event trigger stand_still`;
    const [noted] = await sql`select count(*)::int as count from drizzle.__drizzle_migrations`;
    return { codes, leftHalf: table?.['name'] !== null, worker, noted: Number(noted?.['count']) };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Whoever creates this table stands until the lock is free. */
async function standAtTable(sql: Sql, table: string): Promise<void> {
  await sql.unsafe(`
    create function stand_still() returns event_trigger language plpgsql as $$
    begin
      if exists (select 1 from pg_event_trigger_ddl_commands() where object_identity = '${table}')
      then perform pg_advisory_xact_lock(${STANDING}); end if;
    end $$;
    create event trigger stand_still on ddl_command_end when tag in ('CREATE TABLE')
      execute function stand_still()`);
}

/** Waits until so many sessions wait for a lock of this kind: one in the middle, others behind it. */
async function waitingForLock(sql: Sql, sessions: number, by: readonly Running[]): Promise<void> {
  await waitFor(
    async () => {
      const early = by.find(({ child }) => child.exitCode !== null);
      if (early !== undefined) throw new Error(`One ended: ${early.stdout()}${early.stderr()}`);
      const waiting = await sql`
        select 1 from pg_locks where locktype = 'advisory' and not granted`;
      return waiting.count === sessions;
    },
    { what: `${sessions} to wait for the migration` },
  );
}

function migrationsOfThisVersion(): number {
  const journal: { entries: unknown[] } = JSON.parse(
    readFileSync(join(ROOT, 'drizzle/meta/_journal.json'), 'utf8'),
  );
  return journal.entries.length;
}
