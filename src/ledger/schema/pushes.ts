import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { at, bytes, id, ref } from './columns.js';
import { documents } from './documents.js';
import { companies } from './tenancy.js';

/** One sending: 1 to 30 documents of one kind and company, one call. */
export const pushes = pgTable(
  'pushes',
  {
    id: id(),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    kind: text('kind').notNull(),
    laneClass: smallint('lane_class').notNull(),
    /** BullMQ priority, from 1. */
    priority: integer('priority').notNull(),
    batch: boolean('batch').notNull(),
    /** Grows with every wake-up, so that a BullMQ id is never used twice. */
    epoch: integer('epoch').notNull().default(1),
    /** Database clock: no claim before it. */
    notBefore: at('not_before'),
    /** Database clock: the worker that holds the push loses it then. */
    leaseUntil: at('lease_until'),
    /** Fencing token: every write of a worker names the lease it was given. */
    lease: bigint('lease', { mode: 'number' }).notNull().default(0),
    /** Leases that ran out without a word: the worker died or hung. */
    crashes: integer('crashes').notNull().default(0),
    openedAt: at('opened_at').notNull().defaultNow(),
    /** Null while open. */
    closedAt: at('closed_at'),
  },
  (table) => [
    index('pushes_open').on(table.companyId, table.id).where(sql`closed_at is null`),
    index('pushes_wakeable').on(table.notBefore, table.id).where(sql`closed_at is null`),
    index('pushes_closed').on(table.closedAt).where(sql`closed_at is not null`),
  ],
);

export const pushItems = pgTable(
  'push_items',
  {
    pushId: ref('push_id')
      .notNull()
      .references(() => pushes.id),
    documentId: ref('document_id')
      .notNull()
      .references(() => documents.id),
    revision: integer('revision').notNull(),
    /** `create`, `update`, `void`, `delete`; null until planned. */
    operation: text('operation'),
    /** At most 10 characters (Intuit developer blog, 2015-04-06); null in a single call. */
    batchItemId: text('batch_item_id'),
    /** The kind it was sent as, where that is another one than the document's. */
    sentAs: text('sent_as'),
    /** The settings in force when it was planned. */
    settingsVersion: integer('settings_version'),
    /** `synced`, `failed`, `returned`, … ; null while open. */
    outcome: text('outcome'),
  },
  (table) => [
    primaryKey({ columns: [table.pushId, table.documentId] }),
    uniqueIndex('push_items_open').on(table.documentId).where(sql`outcome is null`),
    index('push_items_document').on(table.documentId, table.pushId),
  ],
);

/** One write call: id and bytes are committed before they are sent, the answer after. */
export const requests = pgTable(
  'requests',
  {
    id: id(),
    pushId: ref('push_id')
      .notNull()
      .references(() => pushes.id),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    requestId: text('request_id').notNull(),
    generation: integer('generation').notNull().default(1),
    /** `single` or `batch`. */
    call: text('call').notNull(),
    /** Null, like the body and the answer, once they were forgotten (retention.ts). */
    pathCipher: bytes('path_cipher'),
    bodyCipher: bytes('body_cipher'),
    /** Database clock, committed right before the bytes leave; the first time stays. */
    sentAt: at('sent_at'),
    lastSentAt: at('last_sent_at'),
    sends: integer('sends').notNull().default(0),
    /** `open`, `answered`, `not_executed`, `unknown`, `given_up`. */
    state: text('state').notNull().default('open'),
    answerStatus: integer('answer_status'),
    answerCipher: bytes('answer_cipher'),
    intuitTid: text('intuit_tid'),
    /** What kept an answer away, without contents; it stays when a replay is answered. */
    cause: text('cause'),
    /** Negative look-ups so far, and when the last one ended. */
    lookups: integer('lookups').notNull().default(0),
    lookedUpAt: at('looked_up_at'),
    createdAt: at('created_at').notNull().defaultNow(),
    endedAt: at('ended_at'),
  },
  (table) => [
    uniqueIndex('requests_request_id').on(table.companyId, table.requestId),
    index('requests_push').on(table.pushId, table.id),
    index('requests_kept').on(table.createdAt).where(sql`body_cipher is not null`),
  ],
);
