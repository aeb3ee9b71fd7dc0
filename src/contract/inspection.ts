import { z } from 'zod';
import { settings } from './settings.js';

/** What was sent for one document, for the people who look into it. */

/** One call that wrote, or was to write. Contents are redacted; see {@link revealedRequest}. */
export const inspectedRequest = z.object({
  id: z.string(),
  /** QuickBooks answers the same `requestid` once. */
  requestId: z.string(),
  call: z.enum(['single', 'batch']),
  /** `open`, `answered`, `not_executed`, `unknown` or `given_up`. */
  state: z.string(),
  /** When its bytes left first; null: they never did. */
  sentAt: z.string().nullable(),
  sends: z.int(),
  endedAt: z.string().nullable(),
  /** From the last time its bytes left to the answer, in milliseconds. */
  tookMs: z.int().nullable(),
  /** HTTP status. */
  answerStatus: z.int().nullable(),
  /** Intuit's trace id of the call, which its support asks for. */
  intuitTid: z.string().nullable(),
  /** What kept an answer away. */
  cause: z.string().nullable(),
  /** Look-ups that found nothing. */
  lookups: z.int(),
  /** What was asked and answered for this document; null once it was forgotten, or there is none. */
  body: z.unknown(),
  answer: z.unknown(),
});
export type InspectedRequest = z.infer<typeof inspectedRequest>;

/** One sending: the document's part in a push. */
export const inspectedSending = z.object({
  id: z.string(),
  openedAt: z.string(),
  /** Null while it is open. */
  closedAt: z.string().nullable(),
  /** Documents it was sent with, itself included. */
  documents: z.int(),
  revision: z.int(),
  /** `create`, `update`, `void` or `delete`; null until it was planned. */
  operation: z.string().nullable(),
  /** `synced`, `failed`, `returned` …; null while it is open. */
  outcome: z.string().nullable(),
  /** Workers that died over it. */
  crashes: z.int(),
  settingsVersion: z.int().nullable(),
  requests: z.array(inspectedRequest),
});
export type InspectedSending = z.infer<typeof inspectedSending>;

/** One property on both sides, as text. */
export const comparedField = z.object({
  field: z.enum(['number', 'date', 'dueDate', 'party', 'total', 'tax', 'lines', 'currency']),
  wanted: z.string().nullable(),
  quickbooks: z.string().nullable(),
});
export type ComparedField = z.infer<typeof comparedField>;

/** A line on one side, as text. */
export const lineSide = z.object({
  /** The product, or the account, by its name. */
  item: z.string().nullable(),
  /** Told by its length alone, as any text that may be somebody's: `‹12 characters›`. */
  description: z.string().nullable(),
  quantity: z.string().nullable(),
  unitPrice: z.string().nullable(),
  amount: z.string().nullable(),
  /** The tax code and, where it is stated, the tax of the line. */
  tax: z.string().nullable(),
});
export type LineSide = z.infer<typeof lineSide>;

/** The lines at one place of both sides; null where a side has none there. */
export const comparedLine = z.object({
  wanted: lineSide.nullable(),
  quickbooks: lineSide.nullable(),
});
export type ComparedLine = z.infer<typeof comparedLine>;

export const inspection = z.object({
  /** Newest first, 50 at most. */
  sendings: z.array(inspectedSending),
  /** What is wanted next to what QuickBooks answered last, as far as it answered anything. */
  compared: z.array(comparedField),
  /** The lines of both sides, the first 200. */
  lines: z.array(comparedLine),
  /** Whether QuickBooks has answered what it holds. */
  isAnswered: z.boolean(),
  /** The settings of the last sending; null before it was planned. */
  sentWith: z
    .object({
      version: z.int(),
      changedBy: z.string(),
      at: z.string(),
      /** Whether they are still in force. */
      isCurrent: z.boolean(),
      settings,
    })
    .nullable(),
});
export type Inspection = z.infer<typeof inspection>;

/** What was asked and answered for the document, as it went over the wire. */
export const revealedRequest = z.object({ body: z.unknown(), answer: z.unknown() });
export type RevealedRequest = z.infer<typeof revealedRequest>;
