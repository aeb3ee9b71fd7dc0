import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, id, ref } from './columns.js';
import { companies, connections } from './tenancy.js';

/** QuickBooks' own objects mirrored here, and the runs that bring them. */

const recordColumns = {
  type: text('type').notNull(),
  quickbooksId: text('quickbooks_id').notNull(),
  name: text('name').notNull(),
  /** Exact match: trimmed, spaces collapsed. */
  nameKey: text('name_key').notNull(),
  /** The same without regard to case. */
  foldedKey: text('folded_key').notNull(),
  number: text('number'),
  email: text('email'),
  emailKey: text('email_key'),
  active: boolean('active').notNull(),
  syncToken: text('sync_token'),
  /** QuickBooks' LastUpdatedTime, which orders two copies of one object. */
  updatedAt: at('updated_at'),
  facts: jsonb('facts').$type<Record<string, unknown>>().notNull().default({}),
};

export const records = pgTable(
  'records',
  {
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    ...recordColumns,
    /** Left out of pick lists; a refresh never changes it. */
    hidden: boolean('hidden').notNull().default(false),
    /** Id of the one it was merged into: who means this one means that. */
    mergedInto: text('merged_into'),
    seenAt: at('seen_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.companyId, table.type, table.quickbooksId] }),
    index('records_name').on(table.companyId, table.type, table.nameKey),
    index('records_folded').on(table.companyId, table.type, table.foldedKey),
    index('records_email').on(table.companyId, table.type, table.emailKey),
    index('records_number').on(table.companyId, table.type, table.number),
    index('records_merged').on(table.companyId, table.type).where(sql`merged_into is not null`),
  ],
);

/** Pages of a running refresh; they replace the list at its end. */
export const recordsStaged = pgTable(
  'records_staged',
  { runId: ref('run_id').notNull(), ...recordColumns },
  (table) => [primaryKey({ columns: [table.runId, table.type, table.quickbooksId] })],
);

export const recordLists = pgTable(
  'record_lists',
  {
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    type: text('type').notNull(),
    refreshedAt: at('refreshed_at'),
    /** The last refresh failed: the list is an older one. */
    stale: boolean('stale').notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.companyId, table.type] })],
);

export const runs = pgTable(
  'runs',
  {
    id: id(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    job: text('job').notNull(),
    trigger: text('trigger').notNull(),
    types: jsonb('types').$type<string[]>().notNull(),
    status: text('status').notNull().default('queued'),
    reason: text('reason'),
    params: jsonb('params').$type<Record<string, unknown>>(),
    progressDone: integer('progress_done').notNull().default(0),
    progressOf: integer('progress_of'),
    /** Where to go on after a stop; each job has its own shape. */
    cursor: jsonb('cursor').$type<unknown>(),
    /** The span of business time it is about; null where it is about everything. */
    windowFrom: at('window_from'),
    windowTo: at('window_to'),
    reads: bigint('reads', { mode: 'number' }).notNull().default(0),
    /** The local date of the night that began it; null: no night did. */
    night: date('night'),
    /** Of a look for changes that began by the clock: what its reads are counted for. */
    feature: text('feature'),
    attempts: integer('attempts').notNull().default(0),
    epoch: integer('epoch').notNull().default(1),
    notBefore: at('not_before'),
    lease: bigint('lease', { mode: 'number' }).notNull().default(0),
    leaseUntil: at('lease_until'),
    createdAt: at('created_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    endedAt: at('ended_at'),
    /** What it failed for, until it is tried again or another one of its job succeeds. */
    causeId: ref('cause_id'),
  },
  (table) => [
    index('runs_cause').on(table.causeId).where(sql`cause_id is not null`),
    /** Pressed twice makes nothing twice: one open run per connection and job. */
    uniqueIndex('runs_open').on(table.connectionId, table.job).where(sql`ended_at is null`),
    /** Changes belong to the company, whichever of its connections asks for them. */
    uniqueIndex('runs_open_changes')
      .on(table.companyId)
      .where(sql`ended_at is null and job = 'pull_changes'`),
    /** Each local date begins a job once. */
    uniqueIndex('runs_night')
      .on(table.connectionId, table.job, table.night)
      .where(sql`night is not null`),
    index('runs_connection').on(table.connectionId, table.id),
    index('runs_status').on(table.status, table.id),
    /** Whether a later one made up for a failure. */
    index('runs_succeeded')
      .on(table.connectionId, table.job, table.id)
      .where(sql`status = 'succeeded'`),
    index('runs_wakeable').on(table.notBefore, table.id).where(sql`ended_at is null`),
    /** Of looks hundreds end every day. */
    index('runs_looks').on(table.endedAt).where(sql`feature is not null and status = 'succeeded'`),
    index('runs_ended').on(table.endedAt).where(sql`ended_at is not null`),
  ],
);
