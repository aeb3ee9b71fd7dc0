/**
 * Waits for work at most so long. Work that is late goes on by itself; what it answers then goes to
 * `onLate`. A statement whose connection died unnoticed may never answer at all, and nothing that
 * many calls wait for may hang on one.
 */
export async function within<T>(
  limitMs: number,
  work: Promise<T>,
  late: { error: () => Error; onLate?: (answer: T) => void },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      isLate = true;
      reject(late.error());
    }, limitMs);
  });
  void work.then(
    (answer) => {
      if (isLate) late.onLate?.(answer);
    },
    () => undefined,
  );
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
