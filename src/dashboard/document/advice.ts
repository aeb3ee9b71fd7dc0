import type { OpsCauseAnswer } from '../../contract/causes.js';
import type { ReasonName } from '../../contract/reasons.js';
import { counted } from './format.js';

/** What is put right inside QuickBooks is seen once its lists and facts were read again. */
const SEEN_BY_READING: ReadonlySet<ReasonName> = new Set([
  'customer_missing',
  'vendor_missing',
  'item_missing',
  'record_inactive',
  'period_closed',
  'plan_lacks',
]);
/** A reading of each costs QuickBooks' reads; more connections are read on their own pages. */
const CONNECTIONS_MAX = 10;

/** What the document itself says is refused: sent again as it is, it is refused again. */
const NEEDS_EDIT: ReadonlySet<string> = new Set<ReasonName>([
  'total_mismatch',
  'invalid_field',
  'reference_conflict',
  'paid_lowered',
]);

/** Whether a reading of QuickBooks may show that the cause is fixed. */
export function mayBeLookedUp({ reason, fixedAt, connections }: OpsCauseAnswer): boolean {
  return fixedAt === null && SEEN_BY_READING.has(reason) && connections.length <= CONNECTIONS_MAX;
}

/** Whether a retry alone cannot help: what the app states has to change first. */
export function needsEdit(reason: string | null): boolean {
  return reason !== null && NEEDS_EDIT.has(reason);
}

/** Which button of this page is pressed, and when; the Details beside it speak to the app's customer. */
export function adviceOf(cause: OpsCauseAnswer): string | null {
  const { reason, fixedAt, wouldRelease, actor, documents } = cause;
  if (fixedAt !== null) {
    return documents === 0
      ? 'It looks fixed: press Retry, and it is tried again.'
      : `It looks fixed: press Retry, and ${counted(wouldRelease, 'document')} can go.`;
  }
  if (mayBeLookedUp(cause)) {
    return 'Here: once that is done, press Look in QuickBooks. Where it is found, this turns green; then press Retry.';
  }
  if (needsEdit(reason)) {
    return 'Here: Retry alone cannot help. Have the app state it right, or open the document and press Correct.';
  }
  return actor === 'worker' ? null : 'Here: once that is done, press Retry.';
}
