import { z } from 'zod';
import { REASON_NAMES } from './reasons.js';

/** Failures that one act fixes: a reason and what it is about, with what it holds up. */
export const causeAnswer = z.object({
  id: z.string(),
  reason: z.enum(REASON_NAMES),
  params: z.record(z.string(), z.unknown()),
  /** The sentence of its newest document. */
  details: z.string(),
  /** Documents it holds up now. */
  documents: z.int(),
  /** What they are worth, per currency; null where none is known. */
  amounts: z.array(z.object({ currency: z.string().nullable(), amount: z.string() })),
  /** Ids of the connections concerned. */
  connections: z.array(z.string()),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
});
export type CauseAnswer = z.infer<typeof causeAnswer>;

export const causePage = z.object({ causes: z.array(causeAnswer) });
export type CausePage = z.infer<typeof causePage>;
