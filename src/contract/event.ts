/** What an upstream app is told: thin, ids and states only. Intermediate moves are no events. */
export const EVENT_TYPES = [
  'document.synced',
  'document.failed',
  'document.waiting',
  'document.skipped',
  'document.voided',
  'document.deleted',
  'document.cancelled',
  'document.deleted_in_quickbooks',
  'document.not_ready',
  'document.checking',
  'connection.changed',
  'connection.access_requested',
  'run.ended',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];
