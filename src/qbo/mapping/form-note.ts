import { filled } from './members.js';

/** The app's reference and its memo, as people write both into one field. */
export function noteOf(
  reference: string | undefined,
  memo: string | undefined,
): string | undefined {
  const own = filled(reference);
  if (own === undefined) return memo;
  return filled(memo) === undefined ? own : `${own} / ${memo}`;
}
