/** The queue's waits, most a twentieth of their defaults or less, so that no test waits for long. */
export const SHORT_WAITS = {
  // The limits are longer than their kin: only tests in which they are reached set them short, all others
  // must outlast a busy machine.
  addTimeoutMs: 5_000,
  lockDurationMs: 15_000,
  stalledIntervalMs: 500,
  drainDelaySeconds: 0.25,
  claimBackoffMs: 50,
  openTimeoutMs: 5_000,
  storeTimeoutMs: 10_000,
  abortWaitMs: 50,
  errorSummaryMs: 300,
};

/** For tests in which the store is to fail a call. */
export const SHORT_STORE = { addTimeoutMs: 500, openTimeoutMs: 500, storeTimeoutMs: 1_500 };

/** For workers whose jobs are to go to others. */
export const SHORT_LOCK = { lockDurationMs: 1_500 };
