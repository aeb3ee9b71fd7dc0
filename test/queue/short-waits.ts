/** The queue's waits, a twentieth of their defaults or less, so that no test waits for long. */
export const SHORT_WAITS = {
  // Longer than its kin: only tests of outages set it short, all others must outlast a busy machine.
  addTimeoutMs: 5_000,
  lockDurationMs: 1_500,
  stalledIntervalMs: 500,
  drainDelaySeconds: 0.25,
  claimBackoffMs: 50,
  openTimeoutMs: 500,
  storeTimeoutMs: 1_500,
  abortWaitMs: 50,
  errorSummaryMs: 300,
};

/** For tests in which the store is to fail a call. */
export const SHORT_ADD = { addTimeoutMs: 500 };
