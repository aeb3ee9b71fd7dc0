import { z } from 'zod';
import { DOCUMENT_KINDS } from './documents/kinds.js';
import { REASON_NAMES } from './reasons.js';

/** What an upstream app is told: thin, ids and states only. Steps on the way are no events. */
export const EVENT_TYPES = [
  /** `status` and `reason` say how the document stands now; queued and syncing are not told. */
  'document.status_changed',
  /** Somebody changed in QuickBooks what the app had sent. */
  'document.drifted',
  /** A customer of QuickBooks that the app may take over as a contact. */
  'contact.imported',
  'contact.updated',
  /** An old invoice of QuickBooks that the app may show, and that neither side changes any more. */
  'invoice.imported',
  /** Money that was received in QuickBooks for a document, and money that was taken away there. */
  'payment.recorded',
  'payment.removed',
  /** A list of QuickBooks was read anew. */
  'records.refreshed',
  /** A contact's first invoice was paid in full: once in the contact's life. */
  'review_request.due',
  /** `status` says how the connection stands now. */
  'connection.changed',
  'connection.access_requested',
  /** Looks for changes of every few minutes are told only where they failed. */
  'run.ended',
  /** The app reads less, or more again, by the clock; `status` is the stage: docs/operating.md. */
  'reads.stage_changed',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const eventAnswer = z.object({
  /** Names the event for ever; what comes twice has the same. */
  id: z.string(),
  connection: z.string(),
  /** Grows by one with every event of the connection. */
  number: z.int(),
  type: z.enum(EVENT_TYPES),
  at: z.string(),
  document: z
    .object({
      kind: z.enum(DOCUMENT_KINDS),
      externalId: z.string(),
      revision: z.int().nullable(),
    })
    .nullable(),
  /** A record of QuickBooks: its type, and QuickBooks' id; null for a whole list. */
  record: z.object({ type: z.string(), recordId: z.string().nullable() }).nullable(),
  run: z.string().nullable(),
  status: z.string().nullable(),
  reason: z.enum(REASON_NAMES).nullable(),
});
export type EventAnswer = z.infer<typeof eventAnswer>;

export const eventPage = z.object({
  events: z.array(eventAnswer),
  /** Where to go on: `after` of the next call. Stays the same while nothing new is there. */
  next: z.string(),
});
export type EventPage = z.infer<typeof eventPage>;
