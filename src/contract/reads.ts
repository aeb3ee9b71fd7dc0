import { z } from 'zod';

/**
 * What reads are for. Intuit meters them: every successful read, query and read of change data counts,
 * writes do not. One read of change data answers for contacts and payments alike: it counts for what
 * set its pace.
 */
export const READ_FEATURES = [
  /** The lists, at night and on demand. */
  'refresh',
  /** Looks for changes every few minutes, because contacts are imported. */
  'contacts',
  /** The same because payments are told. */
  'payments',
  /** Changes that a webhook told of, nightly looks, and those somebody asked for. */
  'changes',
  /** Contacts and old invoices, once. */
  'imports',
  /** What documents name, and what became of them where an answer was lost. */
  'look_ups',
] as const;
export type ReadFeature = (typeof READ_FEATURES)[number];

/**
 * How much is read by the clock, the most first. `slower`: payments are looked for once an hour;
 * `nightly`: changes only at night; `on_demand`: only what somebody asks for. What is sent reads what
 * it needs in any of them.
 */
export const READ_STAGES = ['full', 'slower', 'nightly', 'on_demand'] as const;
export type ReadStage = (typeof READ_STAGES)[number];

/** How changes of a company come: told by webhooks, looked for every few minutes, or at night only. */
export const CHANGE_SOURCES = ['webhooks', 'polling', 'nightly', 'on_demand'] as const;
export type ChangeSource = (typeof CHANGE_SOURCES)[number];

/** Metered reads of a connection's company, and what its app may read. */
export const readsAnswer = z.object({
  /** Of this calendar month, in UTC. */
  month: z.int(),
  byFeature: z.partialRecord(z.enum(READ_FEATURES), z.int()),
  /** What the month comes to at the pace of the last seven days. */
  forecast: z.int(),
  /** How its changes come now, and the minutes between two looks where they are looked for. */
  changes: z.enum(CHANGE_SOURCES),
  everyMinutes: z.int().nullable(),
  /** The next night: when it begins, and the local date it is for. */
  nextNight: z.object({ date: z.string(), at: z.string() }).nullable(),
  /** All companies of the app together; null: it may read as much as it likes. */
  app: z
    .object({
      budget: z.int(),
      used: z.int(),
      forecast: z.int(),
      stage: z.enum(READ_STAGES),
    })
    .nullable(),
});
export type ReadsAnswer = z.infer<typeof readsAnswer>;
