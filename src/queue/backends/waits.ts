/**
 * Waits for a promise at most this long. Returns false when the time is up first; the promise is
 * left to itself, and its later failure is no unhandled rejection.
 */
export async function endsWithin(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([work.then(() => true), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits this long, or until the signal says stop. */
export function waitUnlessStopped(waitMs: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, waitMs);
    stop.addEventListener('abort', end, { once: true });
  });
}
