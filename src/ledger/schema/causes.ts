import { sql } from 'drizzle-orm';
import {
  bigint,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, id, minorUnits, ref } from './columns.js';
import { apps, connections } from './tenancy.js';

/** Reason + what it is about, per app: the row a person fixes. */
export const causes = pgTable(
  'causes',
  {
    id: id(),
    appId: uuid('app_id')
      .notNull()
      .references(() => apps.id),
    fingerprint: text('fingerprint').notNull(),
    reason: text('reason').notNull(),
    params: jsonb('params').$type<Record<string, unknown>>().notNull(),
    firstSeenAt: at('first_seen_at').notNull().defaultNow(),
    lastSeenAt: at('last_seen_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('causes_fingerprint').on(table.appId, table.fingerprint)],
);

/** How many documents a cause holds up, and what they are worth, kept in the settle transaction. */
export const causeCounts = pgTable(
  'cause_counts',
  {
    causeId: ref('cause_id')
      .notNull()
      .references(() => causes.id),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    currency: text('currency').notNull(),
    documents: bigint('documents', { mode: 'number' }).notNull().default(0),
    amountMinor: minorUnits('amount_minor').notNull().default(0),
    /** When a document of the connection failed for it last. */
    lastSeenAt: at('last_seen_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.causeId, table.connectionId, table.currency] }),
    index('cause_counts_held').on(table.causeId).where(sql`documents > 0`),
    index('cause_counts_connection')
      .on(table.connectionId, table.causeId)
      .where(sql`documents > 0`),
  ],
);

/** Connections for which a cause was seen to be fixed, and what fails for it was not tried again since. */
export const causeFixes = pgTable(
  'cause_fixes',
  {
    causeId: ref('cause_id')
      .notNull()
      .references(() => causes.id, { onDelete: 'cascade' }),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    fixedAt: at('fixed_at').notNull().defaultNow(),
    /** When what it held up was tried again; it is not by itself a second time. */
    releasedAt: at('released_at'),
  },
  (table) => [primaryKey({ columns: [table.causeId, table.connectionId] })],
);
