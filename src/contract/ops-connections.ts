import { z } from 'zod';
import { connectionAnswer, runAnswer } from './answers.js';
import { CONNECTION_STATUSES } from './connection.js';
import { RECORD_TYPES } from './run.js';

/** Connections as the people who run the installation see them. */

const app = z.object({ id: z.string(), name: z.string() });

/** How a connection does, from a bounded look at its newest events and oldest documents. */
const health = z.object({
  /** Counted up to 1,000 each. */
  failed: z.int(),
  /** Documents under way: queued, syncing, checking, waiting. */
  open: z.int(),
  countMax: z.int(),
  /** When a document of it arrived in QuickBooks last; null: none of its last 500 events says so. */
  lastSuccessAt: z.string().nullable(),
  /** Since when the oldest document under way has had its status. */
  oldestOpenSince: z.string().nullable(),
  /** When its customer has to connect again unless it is used before; null while not connected. */
  tokenExpiresAt: z.string().nullable(),
  /** Until then QuickBooks is not called, because it throttled. */
  pausedUntil: z.string().nullable(),
});
export type ConnectionHealth = z.infer<typeof health>;

export const opsConnectionRow = connectionAnswer
  .omit({ settings: true, actions: true, connectUrl: true })
  .extend({ app, health });
export type OpsConnectionRow = z.infer<typeof opsConnectionRow>;

export const opsConnectionPage = z.object({
  connections: z.array(opsConnectionRow),
  after: z.string().nullable(),
  counts: z.record(z.enum(CONNECTION_STATUSES), z.int()),
});
export type OpsConnectionPage = z.infer<typeof opsConnectionPage>;

const list = z.object({
  type: z.enum(RECORD_TYPES),
  records: z.int(),
  hidden: z.int(),
  refreshedAt: z.string().nullable(),
  stale: z.boolean(),
});

export const opsConnection = connectionAnswer.omit({ connectUrl: true }).extend({
  app,
  health,
  settingsVersion: z.int(),
  /** Limits of its company that are in use now. */
  traffic: z
    .object({
      /** Calls on their way, and how many there may be at once. */
      inFlight: z.int(),
      slots: z.int(),
      openPushes: z.int(),
      /** Connections that share the company, this one included. */
      connections: z.int(),
      /** Webhooks of Intuit about it arrive: to the hour, when the last one came. */
      webhookAt: z.string().nullable(),
      /** Changes made there before are known here. */
      changesSince: z.string().nullable(),
      bookCloseDate: z.string().nullable(),
    })
    .nullable(),
  lists: z.array(list),
});
export type OpsConnection = z.infer<typeof opsConnection>;

export const opsRun = runAnswer.omit({ connection: true }).extend({
  connection: z.object({ id: z.string(), name: z.string() }),
  app: z.string(),
  createdAt: z.string(),
});
export type OpsRun = z.infer<typeof opsRun>;
export const opsRunPage = z.object({ runs: z.array(opsRun), after: z.string().nullable() });
export type OpsRunPage = z.infer<typeof opsRunPage>;
