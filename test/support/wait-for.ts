import { setTimeout as delay } from 'node:timers/promises';

/** Looked at often in the beginning, and less the longer it takes: looking costs processor, too. */
const POLL_MS_MIN = 15;
const POLL_MS_MAX = 100;
const POLL_SHARE = 0.05;
const PATIENCE_MS = 120_000;

export interface WaitOptions {
  /** What is waited for, as the end of "waited in vain for …". */
  what: string;
  /**
   * Limit; 120,000 ms by default. It costs nothing where the cause comes, and a machine that does much
   * else needs it.
   */
  withinMs?: number;
}

/**
 * Waits until `check` answers something that holds (not false, null or undefined) and answers it.
 * When the time is up it throws with `what`, the last answer and the last error of `check`.
 */
export async function waitFor<T>(
  check: () => T | Promise<T>,
  { what, withinMs = PATIENCE_MS }: WaitOptions,
): Promise<Exclude<T, false | null | undefined>> {
  const startMs = performance.now();
  let last = 'no answer';
  for (;;) {
    try {
      const answer = await check();
      if (holds(answer)) return answer;
      last = `last answer: ${String(answer)}`;
    } catch (error) {
      last = `last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    const waitedMs = performance.now() - startMs;
    if (waitedMs >= withinMs) {
      throw new Error(`Waited ${withinMs} ms in vain for ${what} (${last}).`);
    }
    await delay(Math.min(Math.max(POLL_MS_MIN, waitedMs * POLL_SHARE), POLL_MS_MAX));
  }
}

function holds<T>(answer: T): answer is Exclude<T, false | null | undefined> {
  return answer !== false && answer !== null && answer !== undefined;
}
