import type { PostOutcome } from './post.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits between the tries of one event (Standard Webhooks, "retry schedule"). */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** An endpoint that asks for a longer pause is asked again after this. */
const RETRY_AFTER_MAX_MS = 24 * HOUR_MS;

/** What follows a try. */
export type AfterTry =
  | { kind: 'delivered' }
  | { kind: 'again'; delayMs: number }
  /** Nothing is sent there any more until somebody enables it again. */
  | { kind: 'disable'; why: 'gone' | 'failing' };

export interface RetryRules {
  delaysMs: readonly number[];
  /** 0 up to 1. */
  random(): number;
}

/**
 * What follows a try of an event that failed `failures` times before. Only a 2xx counts as taken; 410
 * says that the endpoint is gone for good.
 */
export function afterTry(
  outcome: PostOutcome,
  failures: number,
  { delaysMs, random }: RetryRules,
): AfterTry {
  if (outcome.kind === 'answered') {
    if (outcome.status >= 200 && outcome.status < 300) return { kind: 'delivered' };
    if (outcome.status === 410) return { kind: 'disable', why: 'gone' };
  }
  const delayMs = delaysMs[failures];
  if (delayMs === undefined) return { kind: 'disable', why: 'failing' };
  const asked = outcome.kind === 'answered' ? (outcome.retryAfterMs ?? 0) : 0;
  // Up to a fifth more, so that all connections of an endpoint do not come back at one moment.
  const spread = delayMs * (1 + random() / 5);
  return { kind: 'again', delayMs: Math.max(spread, Math.min(asked, RETRY_AFTER_MAX_MS)) };
}
