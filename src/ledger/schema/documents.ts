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
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { StoredMoney } from '../statements/money.js';
import { at, bytes, id, minorUnits, ref } from './columns.js';
import { companies, connections } from './tenancy.js';

/** What apps want in QuickBooks, and what became of it. */

export const documents = pgTable(
  'documents',
  {
    id: id(),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    /** Null until the connection was connected once. */
    companyId: uuid('company_id').references(() => companies.id),
    kind: text('kind').notNull(),
    externalId: text('external_id').notNull(),
    /** Set on names that must be created: namespace and folded name, one row per company. */
    dependencyKey: text('dependency_key'),
    /** What a name is created as in QuickBooks where the wanted one was taken there. */
    givenName: text('given_name'),

    wantedCipher: bytes('wanted_cipher').notNull(),
    wantedHash: bytes('wanted_hash').notNull(),
    /** What the app stated, where a person's correction is wanted in its place. */
    appStatedCipher: bytes('app_stated_cipher'),
    appStatedHash: bytes('app_stated_hash'),
    /** Of the corrected content: the correction stands as long as this is what is wanted. */
    correctedHash: bytes('corrected_hash'),
    correctedBy: text('corrected_by'),
    correctedAt: at('corrected_at'),
    sourceVersion: bigint('source_version', { mode: 'number' }),
    /** `void` or `delete` once the app withdrew it. */
    withdrawal: text('withdrawal'),
    revision: integer('revision').notNull().default(1),
    /** What may be sent. */
    releasedRevision: integer('released_revision').notNull().default(0),
    /** What QuickBooks holds; 0 while nothing. */
    syncedRevision: integer('synced_revision').notNull().default(0),

    status: text('status').notNull().default('not_ready'),
    statusSince: at('status_since').notNull().defaultNow(),
    reason: text('reason'),
    params: jsonb('params').$type<Record<string, unknown>>(),
    warnings: jsonb('warnings').$type<unknown[]>().notNull().default([]),
    outcome: jsonb('outcome'),
    /** Penny ledger of the revision it names: how QuickBooks' amounts came to agree, or not. */
    money: jsonb('money').$type<StoredMoney | null>(),
    causeId: ref('cause_id'),

    /**
     * When dispatch may take it, kept until its push is claimed; null while it is not due: blocked,
     * being sent, settled or failed.
     */
    dueAt: at('due_at'),
    /** 1 live, 2 retry, 3 back-fill. */
    laneClass: smallint('lane_class').notNull().default(1),
    blockedBy: ref('blocked_by'),
    /** Failures in a row that cost an attempt. */
    attempts: integer('attempts').notNull().default(0),
    crashes: integer('crashes').notNull().default(0),
    /** A sending of it ended without anyone knowing how: looked for before it is created again. */
    inDoubt: boolean('in_doubt').notNull().default(false),
    /** The first look that found nothing of it since it is in doubt; one before its last sending says nothing. */
    lookedForAt: at('looked_for_at'),
    /** Sent alone: its batch was refused as a whole, or it is suspected of ending workers. */
    alone: boolean('alone').notNull().default(false),

    /** Gates a person has opened for this document alone, as `cut_off`. */
    overrides: jsonb('overrides').$type<('cut_off' | 'hold')[]>().notNull().default([]),

    number: text('number'),
    party: text('party'),
    documentDate: date('document_date'),
    currency: text('currency'),
    totalMinor: minorUnits('total_minor'),
    /** The document whose statement contains this one; null: stated by itself. */
    statedIn: ref('stated_in'),
    /** What an invoice says was paid in all, as far as that was taken: it falls with its payments. */
    paidMinor: minorUnits('paid_minor'),
    /** Of the request that stated this revision, where requests are traced; a push links to it. */
    traceparent: text('traceparent'),
    createdAt: at('created_at').notNull().defaultNow(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('documents_key').on(table.connectionId, table.kind, table.externalId),
    uniqueIndex('documents_dependency')
      .on(table.companyId, table.dependencyKey)
      .where(sql`dependency_key is not null`),
    // Names that something waits for stand before the others of their kind.
    index('documents_due')
      .on(
        table.companyId,
        table.laneClass,
        table.kind,
        sql`(dependency_key is not null)`,
        table.dueAt,
        table.id,
      )
      .where(sql`due_at is not null`),
    index('documents_next_due').on(table.companyId, table.dueAt).where(sql`due_at is not null`),
    index('documents_blocked').on(table.blockedBy).where(sql`blocked_by is not null`),
    index('documents_list').on(table.connectionId, table.id),
    // Pages of lists: kinds and statuses are few, so one of them alone is read pair by pair.
    index('documents_kind').on(table.kind, table.status, table.id),
    index('documents_connection_kind').on(table.connectionId, table.kind, table.status, table.id),
    index('documents_connection_reason')
      .on(table.connectionId, table.reason, table.kind, table.status, table.id)
      .where(sql`reason is not null`),
    index('documents_reason')
      .on(table.reason, table.kind, table.status, table.id)
      .where(sql`reason is not null`),
    index('documents_in_doubt').on(table.id).where(sql`in_doubt`),
    index('documents_unplaced').on(table.connectionId).where(sql`company_id is null`),
    // Names behind the gate of the connection that asked first; another one may need them.
    index('documents_held_names')
      .on(table.companyId, table.id)
      .where(
        sql`dependency_key is not null and status = 'waiting' and due_at is null and blocked_by is null`,
      ),
    // They wait for what is not stated yet, which the sweep looks for.
    index('documents_unstated')
      .on(table.id)
      .where(sql`reason = 'blocked_by' and blocked_by is null`),
    index('documents_stated_in').on(table.statedIn).where(sql`stated_in is not null`),
    index('documents_cause').on(table.causeId, table.id).where(sql`cause_id is not null`),
  ],
);

/**
 * What people find a document by: number, externalId and party in small letters, each on a line of
 * its own. Kept by the trigger `document_search_kept` (migration 0002), so that no writer of
 * documents can forget it. Apart from the documents, because a status moves often and these hardly
 * ever: the index would be written anew with every move.
 */
export const documentSearch = pgTable(
  'document_search',
  {
    documentId: bigint('document_id', { mode: 'number' })
      .primaryKey()
      .references(() => documents.id, { onDelete: 'cascade' }),
    words: text('words').notNull(),
  },
  () => [
    index('document_search_words')
      .using('gin', sql`words gin_trgm_ops`)
      // What is added is sorted in little by little: with the default of 4 MB somebody's submit
      // would now and then do it for ten thousand others.
      .with({ gin_pending_list_limit: 256 }),
  ],
);

export const documentHistory = pgTable(
  'document_history',
  {
    id: id(),
    documentId: ref('document_id')
      .notNull()
      .references(() => documents.id),
    at: at('at').notNull().defaultNow(),
    revision: integer('revision').notNull(),
    what: text('what').notNull(),
    status: text('status').notNull(),
    reason: text('reason'),
    params: jsonb('params').$type<Record<string, unknown>>(),
    /** What was found or decided: trace ids, look-up results, request ids. No contents. */
    evidence: jsonb('evidence').$type<Record<string, unknown>>(),
    by: text('by').notNull(),
  },
  (table) => [index('document_history_document').on(table.documentId, table.id)],
);

/**
 * What a payment is applied to: invoices, and the credit memo where it is one that is applied. Kept
 * beside the documents because both sides have to find the other: a payment waits for its invoice,
 * and an invoice is not taken back under a payment.
 */
export const applications = pgTable(
  'applications',
  {
    documentId: ref('document_id')
      .notNull()
      .references(() => documents.id, { onDelete: 'cascade' }),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    /** `invoice` or `credit_memo`; `purchase_order` of a bill. */
    kind: text('kind').notNull(),
    /** The app's own id of it, or empty where QuickBooks' id names it. */
    externalId: text('external_id').notNull(),
    /** QuickBooks' id where the app named it by that, or empty. */
    recordId: text('record_id').notNull(),
    /** What is to be applied; 0 once nothing of it is. */
    amountMinor: minorUnits('amount_minor').notNull(),
    /** What QuickBooks has applied, as of the payment's last answer. */
    appliedMinor: minorUnits('applied_minor').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.documentId, table.kind, table.externalId, table.recordId] }),
    index('applications_target').on(table.connectionId, table.kind, table.externalId),
  ],
);

/** (connection, kind, externalId) ↔ QuickBooks id; survives disconnects. */
export const links = pgTable(
  'links',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    kind: text('kind').notNull(),
    /** The kind it is in QuickBooks, where that is another one: a purchase order sent as a bill. */
    storedAs: text('stored_as'),
    externalId: text('external_id').notNull(),
    quickbooksId: text('quickbooks_id').notNull(),
    /** `pushed`, `imported` or `matched`. */
    origin: text('origin').notNull(),
    /** Only kinds QuickBooks keeps as transactions belong to one document alone. */
    exclusive: boolean('exclusive').notNull(),
    syncToken: text('sync_token'),
    number: text('number'),
    totalMinor: minorUnits('total_minor'),
    balanceMinor: minorUnits('balance_minor'),
    currency: text('currency'),
    /** QuickBooks' LastUpdatedTime of the copy all this is from: an older copy changes nothing. */
    changedAt: at('changed_at'),
    /** Somebody voided it in QuickBooks: it is not written to any more. */
    voidedThere: boolean('voided_there').notNull().default(false),
    syncedAt: at('synced_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.companyId, table.kind, table.externalId] }),
    uniqueIndex('links_exclusive')
      .on(table.companyId, sql`coalesce(stored_as, kind)`, table.quickbooksId)
      .where(sql`exclusive`),
    index('links_quickbooks').on(table.companyId, table.kind, table.quickbooksId),
  ],
);
