import { z } from 'zod';

/** When nothing is sent for a connection, and what waits for the end of that. */
export const holdAnswer = z.object({
  /** Null: none was asked for, or it is over. */
  hold: z.object({ from: z.string(), to: z.string() }).nullable(),
  /** It is on now; else it is still to come. */
  isOn: z.boolean(),
  /** Documents that its end lets go, as of now. */
  documents: z.int(),
  /** What they are worth, per currency; null where none is known. */
  amounts: z.array(z.object({ currency: z.string().nullable(), amount: z.string() })),
});
export type HoldAnswer = z.infer<typeof holdAnswer>;

/** A hold that nobody ends is over by then. */
export const HOLD_DAYS_MAX = 366;
