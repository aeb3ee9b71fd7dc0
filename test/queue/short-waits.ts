/** The queue's waits, a twentieth of their defaults or less, so that no test waits for long. */
export const SHORT_WAITS = {
  addTimeoutMs: 500,
  lockDurationMs: 1_500,
  stalledIntervalMs: 500,
  drainDelaySeconds: 0.25,
  claimBackoffMs: 50,
  openTimeoutMs: 1_000,
  storeTimeoutMs: 1_500,
  abortWaitMs: 50,
  errorSummaryMs: 500,
};
