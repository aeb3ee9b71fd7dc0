import { z } from 'zod';
import { CONNECTION_STATUSES } from './connection.js';
import { ATTACHABLE_KINDS, DOCUMENT_KINDS, STATED_KINDS } from './documents/index.js';
import { moneyNote } from './money-note.js';
import { place } from './place.js';
import { fieldError } from './problem.js';
import { PROFILE_NAMES } from './profiles.js';
import { readsAnswer } from './reads.js';
import { REASON_NAMES } from './reasons.js';
import { RECORD_TYPES, RUN_JOBS, RUN_STATUSES, RUN_TRIGGERS } from './run.js';
import { settings } from './settings.js';
import { setupPart } from './setup.js';
import { DOCUMENT_ACTIONS, DOCUMENT_STATUSES } from './status.js';
import { warning } from './warnings.js';

/** What the API answers. Times are ISO 8601 in UTC, amounts decimal strings. */

export const historyEntry = z.object({
  at: z.string(),
  revision: z.int(),
  /** What happened, for example `stated`, `queued`, `sent`, `synced`, `failed`. */
  what: z.string(),
  status: z.enum(DOCUMENT_STATUSES),
  reason: z.enum(REASON_NAMES).nullable(),
  details: z.string(),
  /** Who did it: `app`, `worker`, or a person's e-mail address. */
  by: z.string(),
  /** Intuit's trace id of the call, which its support asks for. */
  intuitTid: z.string().nullable(),
});
export type HistoryEntry = z.infer<typeof historyEntry>;

export const documentAnswer = z.object({
  kind: z.enum(DOCUMENT_KINDS),
  externalId: z.string(),
  revision: z.int(),
  syncedRevision: z.int(),
  status: z.enum(DOCUMENT_STATUSES),
  label: z.string(),
  details: z.string(),
  reason: z.enum(REASON_NAMES).nullable(),
  params: z.record(z.string(), z.unknown()),
  warnings: z.array(warning),
  nextAttemptAt: z.string().nullable(),
  quickbooks: z
    .object({
      id: z.string(),
      number: z.string().nullable(),
      total: z.string().nullable(),
      balance: z.string().nullable(),
      url: z.string().nullable(),
    })
    .nullable(),
  /** What is paid in QuickBooks, as far as its last answer said. */
  paid: z
    .object({ amount: z.string(), of: z.string(), lastDate: z.string().nullable() })
    .nullable(),
  /** Both totals, and what made them differ or agree. */
  money: moneyNote.nullable(),
  number: z.string().nullable(),
  total: z.string().nullable(),
  currency: z.string().nullable(),
  /** The customer or supplier, as the app named it. */
  party: z.string().nullable(),
  /**
   * A person wants something else of it than what the app stated, until the app states something else
   * than before; null where what the app stated is wanted.
   */
  corrected: z.object({ by: z.string(), at: z.string() }).nullable(),
  updatedAt: z.string(),
  /**
   * Its place among what waits for QuickBooks' limits, while it waits for its turn. Only in the answer
   * to reading one document.
   */
  place: place.nullable(),
  history: z.array(historyEntry),
  actions: z.array(z.enum(DOCUMENT_ACTIONS)),
});
export type DocumentAnswer = z.infer<typeof documentAnswer>;

/** A row of a list: the answer without its history and place. */
export const documentRow = documentAnswer.omit({ history: true, place: true });
export type DocumentRow = z.infer<typeof documentRow>;

/** A file of a document, and how it stands. Its `externalId` is its own, for a retry or to read it alone. */
export const attachmentAnswer = documentRow.extend({
  /** The app's own name. */
  name: z.string(),
  /** As QuickBooks shows it: without characters no file name takes, and with `.pdf` at its end. */
  fileName: z.string(),
  /** In bytes. */
  size: z.int(),
  attachedTo: z.object({ kind: z.enum(ATTACHABLE_KINDS), externalId: z.string() }),
});
export type AttachmentAnswer = z.infer<typeof attachmentAnswer>;
export const attachmentList = z.object({ attachments: z.array(attachmentAnswer) });
export type AttachmentList = z.infer<typeof attachmentList>;

/** `stored` where something changed, `unchanged` where not, `ignored_older` by sourceVersion. */
export const statementResult = z.enum(['stored', 'unchanged', 'ignored_older']);
export type StatementResult = z.infer<typeof statementResult>;
export const statementAnswer = documentAnswer.extend({ result: statementResult });
export type StatementAnswer = z.infer<typeof statementAnswer>;
export const attachmentStatement = attachmentAnswer.extend({ result: statementResult });
export type AttachmentStatement = z.infer<typeof attachmentStatement>;

export const documentPage = z.object({
  documents: z.array(documentRow),
  /** Cursor of the next page; null at the end. */
  after: z.string().nullable(),
});
export type DocumentPage = z.infer<typeof documentPage>;

/** One row of a statement of many; the request as a whole answers 200. */
export const batchStatement = z.object({
  kind: z.enum(STATED_KINDS),
  externalId: z.string(),
  document: z.unknown(),
});
export const batchResult = z.object({
  kind: z.string(),
  externalId: z.string(),
  /** The status the single PUT would have answered: 202, 200 or 422. */
  status: z.int(),
  answer: statementAnswer.optional(),
  errors: z.array(fieldError).optional(),
});
export const batchAnswer = z.object({ results: z.array(batchResult) });
export type BatchAnswer = z.infer<typeof batchAnswer>;

export const connectionAnswer = z.object({
  id: z.string(),
  externalId: z.string(),
  name: z.string(),
  profile: z.enum(PROFILE_NAMES),
  status: z.enum(CONNECTION_STATUSES),
  /** Where to send the customer's browser to connect; null while connected, and while locked. */
  connectUrl: z.string().nullable(),
  actions: z.array(z.string()),
  settings,
  attributes: z.record(z.string(), z.string()),
  /** What is missing of what the settings ask for (`setupRequires`); empty: the setup is complete. */
  setupMissing: z.array(setupPart),
  /** Between these two nothing is sent; null: no hold was asked for, or it is over. */
  hold: z.object({ from: z.string(), to: z.string() }).nullable(),
  /** The request for access that waits for support: when, and by whom; null where none does. */
  accessRequest: z.object({ at: z.string(), by: z.string() }).nullable(),
  /** When support unlocked it for good; null: never. */
  unlockedAt: z.string().nullable(),
  /** Since when it is paused, whatever else keeps it; null: it is not. */
  pausedAt: z.string().nullable(),
  company: z
    .object({
      name: z.string().nullable(),
      country: z.string().nullable(),
      currency: z.string().nullable(),
    })
    .nullable(),
  lastRefreshAt: z.string().nullable(),
  /**
   * `stopped`: nothing is sent until somebody acts in QuickBooks or connects again; `attention`: it works,
   * and will not for long, or slowly; `ok`.
   */
  health: z.enum(['ok', 'attention', 'stopped']),
  /**
   * When access to the company ends. `refreshEndsAt`: unless it is used before, which is seen to;
   * `reconnectBy`: five years after the customer connected, where QuickBooks names it: only connecting
   * again helps. `endsInDays`: the first of both is 30, 7 or 1 day off or less. Null: not connected.
   */
  tokens: z
    .object({
      refreshEndsAt: z.string(),
      reconnectBy: z.string().nullable(),
      endsInDays: z.union([z.literal(30), z.literal(7), z.literal(1)]).nullable(),
    })
    .nullable(),
  /** Since when QuickBooks takes no calls because a limit of its own is used up; null: it does. */
  throttledSince: z.string().nullable(),
  /** Reads of this calendar month, which Intuit meters. */
  readsThisMonth: z.int(),
  /** What was read for what, what the month comes to, and what begins by the clock; null: no company. */
  reads: readsAnswer.nullable(),
  /** The connection that goes on for this account with another company; null: this one does. */
  replacedBy: z.string().nullable(),
  createdAt: z.string(),
  connectedAt: z.string().nullable(),
});
export type ConnectionAnswer = z.infer<typeof connectionAnswer>;
export const connectionPage = z.object({ connections: z.array(connectionAnswer) });

export const runAnswer = z.object({
  id: z.string(),
  connection: z.string(),
  job: z.enum(RUN_JOBS),
  trigger: z.enum(RUN_TRIGGERS),
  /** Lists it brings; empty for a job that brings none. */
  types: z.array(z.enum(RECORD_TYPES)),
  /** The span of time it is about; null where it is about everything. */
  window: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
  progress: z.object({ done: z.int(), of: z.int().nullable() }),
  status: z.enum(RUN_STATUSES),
  reason: z.enum(REASON_NAMES).nullable(),
  details: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  reads: z.int(),
});
export type RunAnswer = z.infer<typeof runAnswer>;
export const runPage = z.object({ runs: z.array(runAnswer) });

export const recordAnswer = z.object({
  type: z.enum(RECORD_TYPES),
  recordId: z.string(),
  name: z.string(),
  number: z.string().nullable(),
  email: z.string().nullable(),
  active: z.boolean(),
  hidden: z.boolean(),
  facts: z.record(z.string(), z.unknown()),
});
export type RecordAnswer = z.infer<typeof recordAnswer>;
export const recordPage = z.object({
  records: z.array(recordAnswer),
  after: z.string().nullable(),
  refreshedAt: z.string().nullable(),
  /** The last refresh failed: the list is an older one. */
  stale: z.boolean(),
});
export type RecordPage = z.infer<typeof recordPage>;
