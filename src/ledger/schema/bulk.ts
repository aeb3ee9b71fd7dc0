import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, id, ref } from './columns.js';
import { documents } from './documents.js';
import { apps } from './tenancy.js';

/** What is done to many documents, little by little. */

export const bulkActions = pgTable(
  'bulk_actions',
  {
    id: id(),
    /** Null: asked for by a person, over the documents of every app. */
    appId: uuid('app_id').references(() => apps.id),
    action: text('action').notNull(),
    /** As it was written; `selection` is what it meant then. */
    filter: text('filter').notNull(),
    selection: jsonb('selection').$type<Record<string, unknown>>().notNull(),
    /** The newest document there was; none behind it is meant. */
    ceiling: bigint('ceiling', { mode: 'number' }).notNull(),
    /** What reached its status later is not meant. */
    frozenAt: at('frozen_at').notNull().defaultNow(),
    rate: integer('rate').notNull(),
    documents: integer('documents').notNull(),
    /** `[{currency, minor}]` */
    amounts: jsonb('amounts').$type<{ currency: string | null; minor: number }[]>().notNull(),
    status: text('status').notNull().default('queued'),
    done: integer('done').notNull().default(0),
    refused: integer('refused').notNull().default(0),
    /** Where to go on: place of the kind in the order of dependencies, and id. */
    cursorKind: smallint('cursor_kind').notNull().default(0),
    cursorId: bigint('cursor_id', { mode: 'number' }).notNull().default(0),
    by: text('by').notNull(),
    abortedBy: text('aborted_by'),
    /** Its next share of work is due then; keeps the rate whoever works on it. */
    nextAt: at('next_at').notNull().defaultNow(),
    lease: bigint('lease', { mode: 'number' }).notNull().default(0),
    leaseUntil: at('lease_until'),
    createdAt: at('created_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    endedAt: at('ended_at'),
  },
  (table) => [
    index('bulk_actions_open').on(table.nextAt).where(sql`ended_at is null`),
    index('bulk_actions_app').on(table.appId, table.id),
  ],
);

/** What became of each document: it is done once. */
export const bulkActionItems = pgTable(
  'bulk_action_items',
  {
    bulkActionId: ref('bulk_action_id')
      .notNull()
      .references(() => bulkActions.id, { onDelete: 'cascade' }),
    documentId: ref('document_id')
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    done: boolean('done').notNull(),
    detail: text('detail').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.bulkActionId, table.documentId] }),
    index('bulk_action_items_document').on(table.documentId),
  ],
);
