import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 15;
const PATIENCE_MS = 60_000;

export interface WaitOptions {
  /** What is waited for, as the end of "waited in vain for …". */
  what: string;
  /**
   * Limit; 60,000 ms by default. It costs nothing where the cause comes, and a machine that does much
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
  const endMs = performance.now() + withinMs;
  let last = 'no answer';
  for (;;) {
    try {
      const answer = await check();
      if (holds(answer)) return answer;
      last = `last answer: ${String(answer)}`;
    } catch (error) {
      last = `last error: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (performance.now() >= endMs) {
      throw new Error(`Waited ${withinMs} ms in vain for ${what} (${last}).`);
    }
    await delay(POLL_MS);
  }
}

function holds<T>(answer: T): answer is Exclude<T, false | null | undefined> {
  return answer !== false && answer !== null && answer !== undefined;
}
