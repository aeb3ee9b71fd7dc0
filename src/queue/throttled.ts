import { type Reason, reason } from '../contract/reasons.js';
import type { LaneBusy, Throttled } from '../qbo/errors.js';

/** Why the work of a throttled company waits; says since when, where a pause has not helped. */
export function throttledReason({ throttledSince }: LaneBusy | Throttled): Reason {
  if (throttledSince === null) return reason('rate_limited', {});
  const since = `${throttledSince.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return reason('rate_limited', { since });
}
