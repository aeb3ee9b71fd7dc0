import { migrateLedger } from '../../src/ledger/database/migrate.js';
import type { Sql } from '../../src/ledger/database/open.js';
import { connect } from '../../src/ledger/database/open.js';
import { currentThread, type Thread } from './thread.js';

/** Where each seed begins. */
const BEGINNING_MS = Date.parse('2026-11-20T12:00:00Z');

/**
 * Puts functions of our own before PostgreSQL's: `now()` and `clock_timestamp()` answer the moment
 * that a table says, also in the defaults of columns. As in life `now()` stays within a transaction.
 */
export async function migrateVirtual(url: string): Promise<void> {
  const sql = connect(url, { poolSize: 1 });
  try {
    await sql`create table public.virtual_clock (at timestamptz not null)`;
    await sql`insert into public.virtual_clock values (to_timestamp(0))`;
    await sql.unsafe(`
      create function public.clock_timestamp() returns timestamptz language sql volatile
      as 'select at from public.virtual_clock'`);
    await sql.unsafe(`
      create function public.now() returns timestamptz language plpgsql stable as $$
      declare known text := current_setting('virtual.now', true);
      begin
        if known is null or known = '' then
          known := (select at::text from public.virtual_clock);
          perform set_config('virtual.now', known, true);
        end if;
        return known::timestamptz;
      end $$`);
  } finally {
    await sql.end();
  }
  await migrateLedger(withVirtualTime(url));
}

/** The address under which a database has virtual time. */
export function withVirtualTime(url: string): string {
  const address = new URL(url);
  address.searchParams.set('search_path', 'public,pg_catalog');
  // These count in real time, in which a transaction may stand at a gate for long.
  address.searchParams.set('statement_timeout', '0');
  address.searchParams.set('idle_in_transaction_session_timeout', '0');
  return address.href;
}

interface Interval {
  everyMs: number;
  nextMs: number;
  callback: () => void;
  owner: Thread;
}

/**
 * The time of one seed, for the database, the processes' own clocks and QuickBooks alike. It stands
 * still until it is moved; intervals that a thread starts ring by it.
 */
export class VirtualTime {
  nowMs = BEGINNING_MS;
  readonly #intervals = new Map<NodeJS.Timeout, Interval>();
  readonly #restore: (() => void)[] = [];

  constructor(private readonly sql: Sql) {}

  /** Business time. */
  readonly clock = (): Date => new Date(this.nowMs);

  async begin(): Promise<void> {
    this.nowMs = BEGINNING_MS;
    await this.#store();
    this.#takeOver();
  }

  /** Moves on, and answers what rings then, with the thread each belongs to. */
  async move(ms: number): Promise<{ owner: Thread; callback: () => void }[]> {
    this.nowMs += ms;
    await this.#store();
    const ringing = [...this.#intervals.values()].filter(
      ({ nextMs, owner }) => nextMs <= this.nowMs && !owner.frozen,
    );
    // Like a timer of a process that was held up: once, however often it should have rung.
    for (const interval of ringing) interval.nextMs = this.nowMs + interval.everyMs;
    return ringing.filter(({ owner }) => owner.lives);
  }

  end(): void {
    for (const restore of this.#restore.splice(0)) restore();
    this.#intervals.clear();
  }

  async #store(): Promise<void> {
    await this.sql`update public.virtual_clock set at = ${new Date(this.nowMs)}`;
  }

  #takeOver(): void {
    const { now } = performance;
    const { setInterval: start, clearInterval: clear, setTimeout: startOnce } = globalThis;
    this.#restore.push(() => {
      performance.now = now;
      globalThis.setTimeout = startOnce;
      globalThis.setInterval = start;
      globalThis.clearInterval = clear;
    });
    performance.now = () => this.nowMs;
    const startVirtual = (callback: () => void, everyMs = 0) => {
      // Only to be told apart: it never rings.
      const handle = start(callback, 2 ** 30);
      handle.unref();
      const owner = currentThread();
      if (owner !== undefined) {
        this.#intervals.set(handle, { everyMs, nextMs: this.nowMs + everyMs, callback, owner });
      }
      return handle;
    };
    // Limits in real time, which a killed thread never clears, must not keep the tests from ending.
    const startUnheld = (callback: () => void, ms?: number) => {
      const handle = startOnce(callback, ms);
      return currentThread() === undefined ? handle : handle.unref();
    };
    globalThis.setTimeout = Object.assign(startUnheld, startOnce);
    globalThis.setInterval = Object.assign(startVirtual, start);
    globalThis.clearInterval = (handle) => {
      if (typeof handle === 'object') this.#intervals.delete(handle);
      clear(handle);
    };
  }
}
