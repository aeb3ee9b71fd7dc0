import { sql } from 'drizzle-orm';
import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { at, bytes, id, ref } from './columns.js';

/** What Intuit told us has changed in companies: ids and times, never contents. */
export const inboundWebhooks = pgTable(
  'inbound_webhooks',
  {
    id: id(),
    /** As in `companies`. */
    realmHash: bytes('realm_hash').notNull(),
    /** Null: no company of ours. It refers to nothing, so that no lock on the company holds an answer up. */
    companyId: uuid('company_id'),
    /** CloudEvents' id; the form before had none. */
    eventId: text('event_id'),
    /** In lower case, as `invoice`. */
    entity: text('entity').notNull(),
    /** `created`, `updated`, `deleted`, `merged`, `voided`, `emailed`, or what Intuit adds to them. */
    action: text('action').notNull(),
    entityId: text('entity_id').notNull(),
    /** The one that was merged away. */
    otherId: text('other_id'),
    /** On Intuit's clock. */
    occurredAt: at('occurred_at').notNull(),
    receivedAt: at('received_at').notNull().defaultNow(),
    /**
     * `waiting` to be looked at, then `echo` of a write of ours or `taken` by a run. Nobody looks at
     * `unknown_company`, `unknown_type` and `not_followed`.
     */
    state: text('state').notNull(),
    /** The run that reads, or has read, what it is about. */
    runId: ref('run_id'),
  },
  (table) => [
    uniqueIndex('inbound_webhooks_event')
      .on(table.realmHash, table.eventId)
      .where(sql`event_id is not null`),
    uniqueIndex('inbound_webhooks_change').on(
      table.realmHash,
      table.entity,
      table.entityId,
      table.occurredAt,
      table.action,
    ),
    index('inbound_webhooks_waiting').on(table.companyId, table.id).where(sql`state = 'waiting'`),
    index('inbound_webhooks_run').on(table.runId).where(sql`run_id is not null`),
    index('inbound_webhooks_received').on(table.receivedAt),
  ],
);
