import { z } from 'zod';

/** Where a document that waits for its turn stands in its company's line. */
export const place = z.object({
  /** Documents that go before it. */
  before: z.int(),
  /** They were not counted further: there are more. */
  more: z.boolean(),
  /** When it is expected to be sent, at the present pace; with `more` not before that. */
  expectedAt: z.string(),
});
export type Place = z.infer<typeof place>;

/** The place as part of Sync Details. */
export function placeSentence({ before, more, expectedAt }: Place): string {
  const at = `${expectedAt.slice(11, 16)} UTC on ${expectedAt.slice(0, 10)}`;
  const count = before.toLocaleString('en-US');
  if (more) return `More than ${count} before it, expected after ${at}.`;
  return before === 0
    ? `Next in line, expected about ${at}.`
    : `${count} before it, expected about ${at}.`;
}
