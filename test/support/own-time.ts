const TICK_MS = 10;
/** A tick that is late counts for no more than this. */
const LATE_TICK_MS = 20;

/**
 * Counts the milliseconds in which this process had the processor: of a time in which it stood still,
 * because the machine does much else, one tick is left. For limits on how long something may take; what
 * must last at least so long is measured on the clock. @returns ends the count and answers it
 */
export function ownTime(): () => number {
  let countedMs = 0;
  let lastMs = performance.now();
  const tick = () => {
    const nowMs = performance.now();
    countedMs += Math.min(nowMs - lastMs, LATE_TICK_MS);
    lastMs = nowMs;
  };
  const timer = setInterval(tick, TICK_MS).unref();
  return () => {
    clearInterval(timer);
    tick();
    return countedMs;
  };
}
