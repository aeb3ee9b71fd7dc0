import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { EventType } from '../../contract/event.js';
import { at, bytes, id, ref } from './columns.js';
import { apps, connections } from './tenancy.js';

/** Where apps want to be told of events, and how far each endpoint was told. */

export const endpoints = pgTable(
  'endpoints',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    appId: uuid('app_id')
      .notNull()
      .references(() => apps.id),
    /** Addresses carry keys now and then. */
    urlCipher: bytes('url_cipher').notNull(),
    /** Types it is told of; null: all. */
    types: jsonb('types').$type<EventType[] | null>(),
    secretCipher: bytes('secret_cipher').notNull(),
    /** The secret before the last change signs beside it until then. */
    formerSecretCipher: bytes('former_secret_cipher'),
    formerSecretUntil: at('former_secret_until'),
    createdAt: at('created_at').notNull().defaultNow(),
    disabledAt: at('disabled_at'),
    /** `gone`, `failing` or `switched_off`. */
    disabledWhy: text('disabled_why'),
  },
  (table) => [index('endpoints_app').on(table.appId)],
);

/** How far an endpoint was told of a connection: its events go one after the other. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: id(),
    endpointId: uuid('endpoint_id')
      .notNull()
      .references(() => endpoints.id),
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    /** Number of the last event that was taken, or passed over. */
    delivered: bigint('delivered', { mode: 'number' }).notNull().default(0),
    /** Tries of the next one that have failed. */
    failures: integer('failures').notNull().default(0),
    notBefore: at('not_before'),
    epoch: integer('epoch').notNull().default(1),
    lease: integer('lease').notNull().default(0),
    leaseUntil: at('lease_until'),
  },
  (table) => [uniqueIndex('deliveries_key').on(table.endpointId, table.connectionId)],
);

/** Every try, for whoever asks what an endpoint was told. */
export const deliveryLog = pgTable(
  'delivery_log',
  {
    id: id(),
    deliveryId: ref('delivery_id')
      .notNull()
      .references(() => deliveries.id),
    number: bigint('number', { mode: 'number' }).notNull(),
    /** HTTP status; null: no answer. */
    status: integer('status'),
    /** Why there was no answer: a network error code, `timeout`, `private_address`. */
    cause: text('cause'),
    durationMs: integer('duration_ms').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [
    index('delivery_log_delivery').on(table.deliveryId, table.id),
    index('delivery_log_at').on(table.at),
  ],
);
