import { z } from 'zod';
import { CONNECTION_STATUSES } from './connection.js';
import { DOCUMENT_KINDS } from './documents/index.js';
import { REASON_NAMES } from './reasons.js';
import { RECORD_TYPES } from './run.js';
import { DOCUMENT_STATUSES } from './status.js';

/**
 * What a change of settings would do to the newest documents of a connection, and what it would let go. Nothing was sent, stored
 * or read from QuickBooks to find it out.
 */

/** Newest documents that are looked at. */
export const CHECKED_DOCUMENTS_MAX = 200;
/** Documents that are named one by one. */
export const NAMED_DOCUMENTS_MAX = 50;
/** Changes of coding, and names to be created, that are listed. */
export const LISTED_CHANGES_MAX = 100;
/** Documents that stand for a change of contents. */
export const EXAMPLES_MAX = 3;

/** What decides where an amount is booked. */
export const CODED_PARTS = [
  /** The kind of transaction it becomes in QuickBooks. */
  'form',
  'customer',
  'vendor',
  'item',
  /** Where a line posts: its own account, or the one of its item. */
  'account',
  'taxCode',
  'class',
  'customerOrProject',
  'location',
  'depositAccount',
  'receivableAccount',
  /** The credit account of purchase forms. */
  'payableAccount',
  'terms',
  'paymentMethod',
] as const;
export type CodedPart = (typeof CODED_PARTS)[number];

/** Everything else that QuickBooks would get otherwise. */
export const CONTENT_PARTS = [
  /** How many lines it has. */
  'lines',
  'description',
  'amount',
  'quantity',
  'unitPrice',
  'discount',
  'tax',
  'taxMode',
  'number',
  'memo',
  'date',
  'dueDate',
  'email',
  'appliedTo',
] as const;
export type ContentPart = (typeof CONTENT_PARTS)[number];

/** A record, or what stands in the place of one. */
const code = z.object({
  is: z
    .enum(['record', 'new', 'word', 'none', 'several'])
    .describe(
      'A record of QuickBooks, one that would be created, a word of QuickBooks’ own such as "taxable", none at all, or several where lines are put together otherwise.',
    ),
  type: z.enum(RECORD_TYPES).nullable(),
  /** QuickBooks' id. */
  recordId: z.string().nullable(),
  /** For people: the record's name, or "none". */
  name: z.string(),
  number: z.string().nullable(),
});
export type Code = z.infer<typeof code>;

const codingChange = z.object({
  what: z.enum(CODED_PARTS),
  from: code,
  to: code,
  /** Lines as the documents have them now; 0 for what belongs to a whole form. */
  lines: z.int(),
  documents: z.int(),
});
export type CodingChange = z.infer<typeof codingChange>;

const contentChange = z.object({
  what: z.enum(CONTENT_PARTS),
  lines: z.int(),
  documents: z.int(),
  examples: z
    .array(
      z.object({
        kind: z.enum(DOCUMENT_KINDS),
        externalId: z.string(),
        number: z.string().nullable(),
        /** Place of the line in the form, from 1; null for the form itself. */
        line: z.int().nullable(),
        from: z.string().nullable(),
        to: z.string().nullable(),
      }),
    )
    .describe(`The first ${EXAMPLES_MAX}.`),
});
export type ContentChange = z.infer<typeof contentChange>;

const reasonName = z.enum(REASON_NAMES).nullable();

const standing = z.object({
  status: z.enum(DOCUMENT_STATUSES),
  reason: reasonName,
  params: z.record(z.string(), z.unknown()),
  details: z.string(),
});

const otherwiseDocument = z.object({
  kind: z.enum(DOCUMENT_KINDS),
  externalId: z.string(),
  number: z.string().nullable(),
  before: standing,
  after: standing,
});
export type OtherwiseDocument = z.infer<typeof otherwiseDocument>;

const letGo = z
  .object({
    /** False where there are more than were looked at: the oldest were. */
    complete: z.boolean(),
    /** Documents that were looked at: those kept back by what the change is about. */
    checked: z.int(),
    /** Those of them that saving lets go. */
    documents: z.int(),
    kinds: z.array(
      z.object({
        kind: z.enum(DOCUMENT_KINDS),
        status: z
          .enum(['queued', 'waiting'])
          .describe('Whether they go at once, or wait for what `reason` names.'),
        reason: reasonName,
        documents: z.int(),
        amounts: z.array(
          z.object({
            currency: z.string().nullable().describe('Null: not known yet.'),
            amount: z
              .string()
              .describe('What they come to; nothing is counted that is taken back.'),
          }),
        ),
      }),
    ),
  })
  .describe(
    'What saving would let go by itself, of all documents the settings keep back and not of the newest alone. Nothing of what a person skipped or marked as handled.',
  );

/** `before` and `after` count documents: with the settings in force, and with the proposed ones. */
const compared = { before: z.int(), after: z.int() };

export const settingsCheckAnswer = z.object({
  /** Each document that was looked at is in exactly one of the four below `checked`. */
  documents: z.object({
    checked: z.int(),
    /** Nothing about it would be different. */
    unchanged: z.int(),
    /** Sent either way, with another coding or other contents. */
    changed: z.int(),
    /** It would fail, wait, be skipped or be sent where it is not so now, or for another reason. */
    otherwise: z.int(),
    /** Nothing can be said of it; see `unknown`. */
    unknown: z.int(),
  }),
  connection: z
    .object({ before: z.enum(CONNECTION_STATUSES), after: z.enum(CONNECTION_STATUSES) })
    .describe('Where the connection stands and would stand; documents are judged as if connected.'),
  letGo,
  /** False where the time was up: those that were not looked at are older. */
  complete: z.boolean(),
  lines: z.object({
    /** Of documents that are sent either way, as they are sent now. */
    checked: z.int(),
    /** Coded otherwise, or with other contents. */
    changed: z.int(),
  }),
  coding: z.object({
    count: z.int(),
    first: z
      .array(codingChange)
      .describe(`The ${LISTED_CHANGES_MAX} with most lines, then most documents.`),
  }),
  contents: z.array(contentChange),
  outcomes: z
    .array(z.object({ status: z.enum(DOCUMENT_STATUSES), reason: reasonName, ...compared }))
    .describe('What would become of the documents; `synced` where QuickBooks takes them.'),
  otherwise: z.object({
    count: z.int(),
    first: z.array(otherwiseDocument).describe(`The newest ${NAMED_DOCUMENTS_MAX}.`),
  }),
  unknown: z.array(
    z.object({
      why: z
        .enum(['list_unread', 'needs_reading', 'unreadable'])
        .describe(
          'A list of QuickBooks was never read, planning has to see the object as it is there now, or no configured key reads the document.',
        ),
      /** The list that was never read. */
      type: z.enum(RECORD_TYPES).nullable(),
      documents: z.int(),
    }),
  ),
  creates: z
    .object({
      count: z.int(),
      first: z.array(z.object({ type: z.string(), name: z.string(), ...compared })),
    })
    .describe(
      `Names that would be created first with one of the two settings only; the first ${LISTED_CHANGES_MAX}.`,
    ),
  /** Customers and suppliers of which documents say what QuickBooks may not have, where that goes there. */
  updates: z.object(compared),
  warnings: z.array(z.object({ name: z.string(), ...compared })),
  totals: z
    .array(
      z.object({
        currency: z.string(),
        documents: z.int(),
        before: z.string(),
        after: z.string(),
        difference: z.string(),
      }),
    )
    .describe(
      'Totals QuickBooks would come to, of documents where they differ; without those it computes the tax of.',
    ),
});
export type SettingsCheckAnswer = z.infer<typeof settingsCheckAnswer>;
