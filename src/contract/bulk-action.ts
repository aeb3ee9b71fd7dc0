import { z } from 'zod';
import { documentRow } from './answers.js';
import { DOCUMENT_KINDS } from './documents/index.js';
import { REASON_NAMES, type ReasonName } from './reasons.js';
import { DOCUMENT_STATUSES, type DocumentStatus } from './status.js';

/** What can be done to many documents at once. */
export const BULK_ACTIONS = ['retry', 'skip', 'link', 'mark_handled', 'recreate'] as const;
export type BulkActionName = (typeof BULK_ACTIONS)[number];

/**
 * Statuses an action is for. The first is meant where the filter names none: what somebody has skipped
 * is retried only where the filter says so.
 */
export const BULK_STATUSES = {
  retry: ['failed', 'waiting', 'skipped'],
  skip: ['failed', 'waiting'],
  link: ['failed', 'skipped'],
  mark_handled: ['failed'],
  recreate: ['deleted_in_quickbooks', 'failed'],
} as const satisfies Record<BulkActionName, readonly [DocumentStatus, ...DocumentStatus[]]>;

/**
 * Reasons an action is for; one that is not here is for any. Of many, only what QuickBooks refused
 * because another object has its number says which one that is; what was found there and left alone
 * is for a person to look at, one by one: it would be taken back.
 */
export const BULK_REASONS: Partial<Record<BulkActionName, readonly ReasonName[]>> = {
  link: ['duplicate_number'],
};

export const BULK_ACTION_STATUSES = ['dry_run', 'queued', 'running', 'done', 'aborted'] as const;
export type BulkActionStatus = (typeof BULK_ACTION_STATUSES)[number];

/** Documents per second: what is made due faster than QuickBooks takes it only waits elsewhere. */
export const BULK_RATE = { default: 50, max: 200 } as const;

export const bulkActionAnswer = z.object({
  /** Null of a dry run, which is not kept. */
  id: z.string().nullable(),
  action: z.enum(BULK_ACTIONS),
  filter: z.string(),
  status: z.enum(BULK_ACTION_STATUSES),
  /** Documents per second, at most. */
  rate: z.int(),
  /** Documents the filter meant when it was asked for; no later one joins them. */
  documents: z.int(),
  /**
   * Only of a dry run: there may be any number more, because it counts up to 10,000 and looks at 20,000
   * where an amount or an age is asked for. Asking for the action itself counts all.
   */
  isAtLeast: z.boolean(),
  /** What they are worth, per currency, null where none is known; none where `isAtLeast`. */
  amounts: z.array(z.object({ currency: z.string().nullable(), amount: z.string() })),
  /** Some of them; only in the answer to asking for it. */
  examples: z.array(documentRow),
  /** Done so far. */
  done: z.int(),
  /** Not to be done, each for a reason. */
  refused: z.int(),
  /** How many came to what. */
  results: z.array(z.object({ done: z.boolean(), detail: z.string(), documents: z.int() })),
  /** Who asked: `app`, `worker`, or a person's e-mail address. */
  by: z.string(),
  abortedBy: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
});
export type BulkActionAnswer = z.infer<typeof bulkActionAnswer>;

/** Where the documents stand by now that an action has come to, also those it was refused for. */
export const bulkStanding = z.object({
  id: z.string(),
  /** When the action itself was through; its documents go on after that. */
  endedAt: z.string().nullable(),
  /** Documents the filter meant. */
  documents: z.int(),
  /** Only the first 10,000 of them are looked at. */
  isAtLeast: z.boolean(),
  standing: z.array(
    z.object({
      status: z.enum(DOCUMENT_STATUSES),
      reason: z.enum(REASON_NAMES).nullable(),
      documents: z.int(),
      /** The sentence of the newest of them. */
      details: z.string(),
    }),
  ),
});
export type BulkStanding = z.infer<typeof bulkStanding>;

export const bulkActionPage = z.object({
  bulkActions: z.array(bulkActionAnswer),
  after: z.string().nullable(),
});
export type BulkActionPage = z.infer<typeof bulkActionPage>;

/** What became of single documents. */
export const bulkResultPage = z.object({
  results: z.array(
    z.object({
      connection: z.string(),
      kind: z.enum(DOCUMENT_KINDS),
      externalId: z.string(),
      done: z.boolean(),
      detail: z.string(),
      at: z.string(),
    }),
  ),
  after: z.string().nullable(),
});
export type BulkResultPage = z.infer<typeof bulkResultPage>;
