/** When a delivery that was not acknowledged is tried again (page "webhooks", February 2026). */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const AFTER_MS: readonly number[] = [
  10 * SECOND_MS,
  20 * SECOND_MS,
  30 * SECOND_MS,
  5 * MINUTE_MS,
  20 * MINUTE_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
];

/** After these, for ever. */
const LAST_MS = 6 * HOUR_MS;

/** How long after a failed attempt the next one comes. @param failures 1 after the first one */
export function retryAfterMs(failures: number): number {
  return AFTER_MS[failures - 1] ?? LAST_MS;
}
