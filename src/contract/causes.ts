import { z } from 'zod';
import { bulkActionAnswer } from './bulk-action.js';
import { DOCUMENT_KINDS } from './documents/index.js';
import { REASON_ACTORS } from './reason-actors.js';
import { REASON_NAMES } from './reasons.js';

/** Failures that one act fixes: a reason and what it is about, with what it holds up. */
export const causeAnswer = z.object({
  id: z.string(),
  reason: z.enum(REASON_NAMES),
  params: z.record(z.string(), z.unknown()),
  /** The sentence of its newest document. */
  details: z.string(),
  /** Who can do something about it. */
  actor: z.enum(REASON_ACTORS),
  /** Documents it holds up now. */
  documents: z.int(),
  /** What they are worth, per currency; null where none is known. */
  amounts: z.array(z.object({ currency: z.string().nullable(), amount: z.string() })),
  /** Runs that failed for it and were not tried again. */
  runs: z.int(),
  /** Ids of the connections concerned, 1,000 at most. */
  connections: z.array(z.string()),
  /** When it was seen to be fixed, for some of the connections at least; null while it is not. */
  fixedAt: z.string().nullable(),
  /** Documents that would be tried again: those of connections for which it is fixed. */
  wouldRelease: z.int(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
});
export type CauseAnswer = z.infer<typeof causeAnswer>;

export const causePage = z.object({ causes: z.array(causeAnswer), after: z.string().nullable() });
export type CausePage = z.infer<typeof causePage>;

/** Why nothing of a connection is sent now, whatever is retried. */
export const STOPS = ['paused', 'held', 'not_connected'] as const;

export const opsCauseAnswer = causeAnswer.extend({
  app: z.string(),
  /** Where it is the only one concerned. */
  connectionName: z.string().nullable(),
  /** The newest of its documents, three at most. */
  examples: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(DOCUMENT_KINDS),
      number: z.string().nullable(),
      externalId: z.string(),
    }),
  ),
  /** What keeps some of its documents back, so that a retry of them only waits. */
  stops: z.array(
    z.object({
      why: z.enum(STOPS),
      documents: z.int(),
      connections: z.int(),
      /** When the last hold ends; null for what has no end of its own. */
      until: z.string().nullable(),
    }),
  ),
});
export type OpsCauseAnswer = z.infer<typeof opsCauseAnswer>;
export const opsCausePage = z.object({
  causes: z.array(opsCauseAnswer),
  after: z.string().nullable(),
});
export type OpsCausePage = z.infer<typeof opsCausePage>;

/** What a look at once came to. */
export const causeLook = z.object({
  /** The cause after the look; null where it holds nothing up any more. */
  cause: opsCauseAnswer.nullable(),
  lookedAt: z.string(),
  /** Names QuickBooks has that are like the one that is missing, the likest first. */
  similar: z.array(z.string()),
});
export type CauseLook = z.infer<typeof causeLook>;

/** What is released: `fixed` where the cause was seen to be fixed, `all` whatever was seen. */
export const RELEASE_SCOPES = ['fixed', 'all'] as const;
export type ReleaseScope = (typeof RELEASE_SCOPES)[number];

export const causeRelease = z.object({
  /** Tries its documents again, names before what needs them; null where there are none. */
  bulkAction: bulkActionAnswer.nullable(),
  /** Ids of the runs that were started anew. */
  runs: z.array(z.string()),
});
export type CauseRelease = z.infer<typeof causeRelease>;
