import {
  bigint,
  boolean,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, bytes, ref } from './columns.js';
import { companies } from './tenancy.js';

/** Tokens, limits and counters of a company's traffic. */

export const tokens = pgTable('tokens', {
  companyId: uuid('company_id')
    .primaryKey()
    .references(() => companies.id),
  generation: bigint('generation', { mode: 'number' }).notNull().default(1),
  accessCipher: bytes('access_cipher').notNull(),
  refreshCipher: bytes('refresh_cipher').notNull(),
  previousRefreshCipher: bytes('previous_refresh_cipher'),
  accessExpiresAt: at('access_expires_at').notNull(),
  refreshExpiresAt: at('refresh_expires_at').notNull(),
  hardExpiresAt: at('hard_expires_at'),
  usable: boolean('usable').notNull().default(true),
  /** Database clock: until then one process refreshes. */
  refreshingUntil: at('refreshing_until'),
  /** Days before their end (30, 7, 1) that the apps were told of last; null: of none. */
  toldDays: integer('told_days'),
  updatedAt: at('updated_at').notNull().defaultNow(),
});

/** Rate state of a company on the database's clock; see lanes.ts. */
export const lanes = pgTable('lanes', {
  companyId: uuid('company_id')
    .primaryKey()
    .references(() => companies.id),
  nextCallAt: at('next_call_at').notNull().defaultNow(),
  nextMinuteAt: at('next_minute_at').notNull().defaultNow(),
  nextBatchAt: at('next_batch_at').notNull().defaultNow(),
  pausedUntil: at('paused_until'),
  /** When QuickBooks began to throttle; null: its last answer was none of that. */
  throttledSince: at('throttled_since'),
  /** While it throttles one call at a time finds out whether it still does; this one until then. */
  probeUntil: at('probe_until'),
  /** How many of those were throttled again. */
  probesFailed: integer('probes_failed').notNull().default(0),
});

export const laneSlots = pgTable(
  'lane_slots',
  {
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    slot: smallint('slot').notNull(),
    /** Grows with every grant, so that a late release frees nobody else's slot. */
    ticket: bigint('ticket', { mode: 'number' }).notNull().default(0),
    heldUntil: at('held_until'),
  },
  (table) => [primaryKey({ columns: [table.companyId, table.slot] })],
);

/** Reads per company and calendar month (UTC), which Intuit meters. */
export const readMeter = pgTable(
  'read_meter',
  {
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    month: date('month').notNull(),
    reads: bigint('reads', { mode: 'number' }).notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.companyId, table.month] })],
);

/** When a company has due work next, and whether someone asked while it was being dispatched. */
export const dispatchState = pgTable(
  'dispatch_state',
  {
    companyId: uuid('company_id')
      .primaryKey()
      .references(() => companies.id),
    nextReadyAt: at('next_ready_at'),
    dirty: boolean('dirty').notNull().default(false),
  },
  (table) => [index('dispatch_state_ready').on(table.nextReadyAt)],
);

/** Numbered events of a connection; the number is taken under this row's lock. */
export const eventCounters = pgTable('event_counters', {
  connectionId: uuid('connection_id').primaryKey(),
  last: bigint('last', { mode: 'number' }).notNull().default(0),
  /** The latest transaction that wrote events of the connection. */
  transaction: bigint('transaction', { mode: 'number' }).notNull().default(0),
});

export const events = pgTable(
  'events',
  {
    connectionId: uuid('connection_id').notNull(),
    number: bigint('number', { mode: 'number' }).notNull(),
    appId: uuid('app_id').notNull(),
    /**
     * Writing transaction, or a later one that wrote to the connection before: an app-wide reader goes by
     * it and stops at the oldest one still running.
     */
    transaction: bigint('transaction', { mode: 'number' }).notNull(),
    type: text('type').notNull(),
    kind: text('kind'),
    externalId: text('external_id'),
    revision: integer('revision'),
    recordType: text('record_type'),
    recordId: text('record_id'),
    runId: ref('run_id'),
    status: text('status'),
    reason: text('reason'),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.number] }),
    index('events_feed').on(table.appId, table.transaction, table.connectionId, table.number),
    index('events_at').on(table.at),
  ],
);
