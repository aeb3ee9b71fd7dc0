import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
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
import type { SetupPart } from '../../contract/setup.js';
import type { CompanyFeatures } from '../companies/company-features.js';
import { at, bytes, id } from './columns.js';

/** Who may speak to us, for whom, and through which QuickBooks company. */

/** Random keys of this installation, wrapped by the encryption keys: they survive a rotation. */
export const installationSecrets = pgTable('installation_secrets', {
  name: text('name').primaryKey(),
  secretCipher: bytes('secret_cipher').notNull(),
});

export const apps = pgTable('apps', {
  id: uuid('id').primaryKey().defaultRandom(),
  name: text('name').notNull(),
  returnUrls: jsonb('return_urls').$type<string[]>().notNull().default([]),
  /** Origins whose pages may show its customers' page in a frame. */
  embedOrigins: jsonb('embed_origins').$type<string[]>().notNull().default([]),
  /** What it may read in a calendar month; null: as the installation says. */
  readsPerMonth: bigint('reads_per_month', { mode: 'number' }),
  createdAt: at('created_at').notNull().defaultNow(),
});

export const apiKeys = pgTable('api_keys', {
  /** Shown to people as part of the key; the secret part is only kept as a keyed hash. */
  id: text('id').primaryKey(),
  appId: uuid('app_id')
    .notNull()
    .references(() => apps.id),
  secretHash: bytes('secret_hash').notNull(),
  scopes: jsonb('scopes').$type<string[]>().notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
  expiresAt: at('expires_at'),
  revokedAt: at('revoked_at'),
  lastUsedAt: at('last_used_at'),
});

export const users = pgTable('users', {
  id: uuid('id').primaryKey().defaultRandom(),
  email: text('email').notNull().unique(),
  /** argon2id; null: they come by single sign-on alone. */
  passwordHash: text('password_hash'),
  /** Who they are to the identity provider, its issuer in front; null: they never came that way. */
  singleSignOnSubject: text('single_sign_on_subject').unique(),
  /** Until when a password somebody else made lets in, to set an own one; null: it is their own. */
  passwordEndsAt: at('password_ends_at'),
  role: text('role').notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
  disabledAt: at('disabled_at'),
});

export const sessions = pgTable('sessions', {
  /** Keyed hash of the cookie's value. */
  idHash: bytes('id_hash').primaryKey(),
  userId: uuid('user_id')
    .notNull()
    .references(() => users.id),
  csrfToken: text('csrf_token').notNull(),
  /** Names it to its person, who may end it; worth nothing as a cookie. */
  publicId: uuid('public_id').notNull().defaultRandom(),
  /** When the person last showed who they are; null: the identity provider did not say. */
  provenAt: at('proven_at'),
  /** Came in with a password an admin made. */
  byGivenPassword: boolean('by_given_password').notNull().default(false),
  /** `Firefox on Windows`; null: not known. */
  browser: text('browser'),
  createdAt: at('created_at').notNull(),
  lastSeenAt: at('last_seen_at').notNull(),
  expiresAt: at('expires_at').notNull(),
});

/** What people and keys did; rows are only ever added, which the trigger `audit_log_kept` holds. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: id(),
    at: at('at').notNull().defaultNow(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    appId: uuid('app_id'),
    connectionId: uuid('connection_id'),
    /** Ids only, no contents. */
    subject: jsonb('subject').$type<Record<string, unknown>>().notNull().default({}),
  },
  (table) => [
    // Pages are in the order of time, and between two moments: each of these is a stretch of an index.
    index('audit_log_time').on(table.at, table.id),
    index('audit_log_actor_time').on(table.actor, table.at, table.id),
    index('audit_log_action_time').on(table.action, table.at, table.id),
    index('audit_log_connection_time')
      .on(table.connectionId, table.at, table.id)
      .where(sql`connection_id is not null`),
  ],
);

export const companies = pgTable(
  'companies',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    /** The Intuit app (client id) through which the company is reached. */
    intuitClientId: text('intuit_client_id').notNull(),
    realmCipher: bytes('realm_cipher').notNull(),
    realmHash: bytes('realm_hash').notNull(),
    status: text('status').notNull().default('connected'),
    /** Facts of CompanyInfo and Preferences; null until they were read once. */
    name: text('name'),
    country: text('country'),
    homeCurrency: text('home_currency'),
    multiCurrency: boolean('multi_currency'),
    customTxnNumbers: boolean('custom_txn_numbers'),
    bookCloseDate: date('book_close_date'),
    timeZone: text('time_zone'),
    /** What its preferences allow on sales forms; null until they were read since that is kept. */
    features: jsonb('features').$type<CompanyFeatures | null>(),
    /** When its plan or its preferences were seen to be others than before. */
    featuresChangedAt: at('features_changed_at'),
    factsReadAt: at('facts_read_at'),
    /** When all its lists had been read for the first time. */
    listsReadAt: at('lists_read_at'),
    /** Lists changed, and nobody has looked since whether its connections have all they ask for. */
    setupUnchecked: boolean('setup_unchecked').notNull().default(false),
    /** Everything that changed in QuickBooks before, on its own clock, is applied here. */
    changesSince: at('changes_since'),
    /** Business time of the last webhook about it, to the hour: its webhooks are known to arrive. */
    webhookAt: at('webhook_at'),
    /** Business time at which something new was found that no webhook had told of. */
    webhooksDoubtedAt: at('webhooks_doubted_at'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('companies_realm').on(table.intuitClientId, table.realmHash)],
);

/**
 * Companies to be asked whether they can be used: lapsed, barred, said to be disconnected, or idle for
 * so long that their tokens have to be kept alive. Times are the database's.
 */
export const companyChecks = pgTable(
  'company_checks',
  {
    companyId: uuid('company_id')
      .primaryKey()
      .references(() => companies.id, { onDelete: 'cascade' }),
    /** Null: nothing is to be asked. */
    dueAt: at('due_at'),
    /** How often it was asked since it last was of use for an hour: the pauses grow with it. */
    tries: integer('tries').notNull().default(0),
    checkedAt: at('checked_at'),
  },
  (table) => [index('company_checks_due').on(table.dueAt).where(sql`due_at is not null`)],
);

/** One customer account of an app, tied to a company. */
export const connections = pgTable(
  'connections',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    appId: uuid('app_id')
      .notNull()
      .references(() => apps.id),
    externalId: text('external_id').notNull(),
    name: text('name').notNull(),
    profile: text('profile').notNull(),
    attributes: jsonb('attributes').$type<Record<string, string>>().notNull().default({}),
    settings: jsonb('settings').notNull(),
    settingsVersion: integer('settings_version').notNull().default(1),
    status: text('status').notNull().default('new'),
    companyId: uuid('company_id').references(() => companies.id),
    /** The company before the last disconnect: another one begins another connection. */
    formerCompanyId: uuid('former_company_id').references(() => companies.id),
    returnUrl: text('return_url').notNull(),
    /** The connection that goes on in its place with another company; null: none. */
    replacedBy: uuid('replaced_by').references((): AnyPgColumn => connections.id, {
      onDelete: 'set null',
    }),
    createdAt: at('created_at').notNull().defaultNow(),
    connectedAt: at('connected_at'),
    /** When support finalized it; stays over disconnects. */
    finalizedAt: at('finalized_at'),
    /** When support unlocked it; for good. */
    unlockedAt: at('unlocked_at'),
    /** Since when the app has it paused; stays over disconnects. */
    pausedAt: at('paused_at'),
    /** Documents up to this id were judged by the settings since these changed; null: all were. */
    judgedUpTo: bigint('judged_up_to', { mode: 'number' }),
    /** Nothing is sent from then … */
    holdFrom: at('hold_from'),
    /** … to then; both null: no hold was asked for. */
    holdTo: at('hold_to'),
    /** The request for access, while it is locked. */
    accessRequestedAt: at('access_requested_at'),
    accessRequestedBy: text('access_requested_by'),
    /** When all customers of QuickBooks had been told of; changes of them are told from there on. */
    contactsImportedAt: at('contacts_imported_at'),
    /** When the first old invoice was brought; null: there is none to keep as it is. */
    invoicesImportedAt: at('invoices_imported_at'),
    /** What the settings ask for and was not there when it was looked at last. */
    setupMissing: jsonb('setup_missing').$type<SetupPart[]>().notNull().default([]),
  },
  (table) => [
    uniqueIndex('connections_external').on(table.appId, table.externalId),
    index('connections_company').on(table.companyId).where(sql`company_id is not null`),
    index('connections_unjudged').on(table.id).where(sql`judged_up_to is not null`),
  ],
);

export const settingsHistory = pgTable(
  'settings_history',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    version: integer('version').notNull(),
    settings: jsonb('settings').notNull(),
    changedBy: text('changed_by').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.version] })],
);

/** States of running OAuth round trips: one use each, bound to the browser that began it. */
export const oauthStates = pgTable('oauth_states', {
  stateHash: bytes('state_hash').primaryKey(),
  connectionId: uuid('connection_id')
    .notNull()
    .references(() => connections.id),
  browserHash: bytes('browser_hash').notNull(),
  expiresAt: at('expires_at').notNull(),
  usedAt: at('used_at'),
  /** The app has confirmed that it may be another company than before. */
  acceptsOther: boolean('accepts_other').notNull().default(false),
});

/** Links an app hands to its customer's browser; they lead to Intuit and expire. */
export const connectLinks = pgTable('connect_links', {
  tokenHash: bytes('token_hash').primaryKey(),
  connectionId: uuid('connection_id')
    .notNull()
    .references(() => connections.id),
  expiresAt: at('expires_at').notNull(),
  acceptsOther: boolean('accepts_other').notNull().default(false),
});

/** Links an app hands to its customer's browser; each opens the page of one connection, once. */
export const pageLinks = pgTable('page_links', {
  tokenHash: bytes('token_hash').primaryKey(),
  connectionId: uuid('connection_id')
    .notNull()
    .references(() => connections.id),
  /** The app's own id of who opens it; null: it did not say. */
  actor: text('actor'),
  expiresAt: at('expires_at').notNull(),
});

/** Browsers of customers, each on the page of one connection. */
export const customerSessions = pgTable('customer_sessions', {
  /** Keyed hash of the cookie's value. */
  idHash: bytes('id_hash').primaryKey(),
  connectionId: uuid('connection_id')
    .notNull()
    .references(() => connections.id),
  actor: text('actor'),
  csrfToken: text('csrf_token').notNull(),
  lastSeenAt: at('last_seen_at').notNull(),
  expiresAt: at('expires_at').notNull(),
});

/** Answers given to an Idempotency-Key, replayed for 30 days. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    appId: uuid('app_id')
      .notNull()
      .references(() => apps.id),
    key: text('key').notNull(),
    requestHash: bytes('request_hash').notNull(),
    /** Null while the first request is still in flight. */
    status: integer('status'),
    answerCipher: bytes('answer_cipher'),
    createdAt: at('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.appId, table.key] }),
    index('idempotency_keys_created').on(table.createdAt),
  ],
);
