import { z } from 'zod';

/** What a person sees and says who corrects a document in the place of its app. */

/** A document whole, as it is wanted, without what says who sends it (`sourceVersion`, `actor`). */
export const statedWhole = z.object({
  revision: z.int(),
  document: z.record(z.string(), z.unknown()),
  /** What the app stated, where a correction is wanted in its place; else null. */
  appStated: z.record(z.string(), z.unknown()).nullable(),
});
export type StatedWhole = z.infer<typeof statedWhole>;

export const correction = z.strictObject({
  /** The whole document as the app should have stated it; checked by the same rules. */
  document: z.record(z.string(), z.unknown()),
  /** The revision that was corrected: the app may have stated another one meanwhile. */
  revision: z.int().positive(),
});
export type CorrectionAsked = z.infer<typeof correction>;
