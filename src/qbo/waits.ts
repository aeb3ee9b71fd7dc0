/** Every wait and bound of the QuickBooks client, in milliseconds where not said otherwise. */
export interface QuickBooksWaits {
  /** DNS, TCP and TLS together. */
  connectMs: number;
  /** Whole API call. Intuit cuts at 120 s, so ours ends before. */
  callMs: number;
  /** An unused connection is closed after this. */
  idleSocketMs: number;
  /** Longest wait of a single call for the lane before `LaneBusy`. */
  laneMs: number;
  /** The same for a batch call: turns of batches are 1.5 s apart, so it stands for two of them. */
  laneBatchMs: number;
  /** A call that comes later than this after it was granted its turn waits for another one. */
  laneTurnMs: number;
  /** One question to the lane's store; no answer counts as busy. */
  laneStoreMs: number;
  /** A company's queue inside this process is forgotten after this. */
  idleLaneMs: number;
  /** Calls that may queue per company and call class inside this process (a count). */
  laneQueue: number;
  /** Pause after a 429. Intuit: 60 s. */
  pauseMs: number;
  /** Pause after a 429 to the first call after a pause: a limit of the day or month is used up. */
  probeEveryMs: number;
  /** Up to this much is added to a pause, so that companies do not wake together. */
  pauseJitterMs: number;
  /** A longer Retry-After is cut to this. */
  maxPauseMs: number;
  /** Repeats of a read after a transient failure (a count). */
  readRetries: number;
  /** Wait before the first repeat; doubles. */
  readRetryMs: number;
  /** One call of the token endpoint. */
  tokenCallMs: number;
  /** One try to store a new set; it is tried again. */
  tokenSaveMs: number;
  /** How long one process holds a refresh: two token calls and the commit fit in. */
  tokenClaimMs: number;
  /** Longest wait for another process's refresh. */
  tokenWaitMs: number;
  /** Between two looks at the row meanwhile. */
  tokenPollMs: number;
  /** After a failed early refresh, before the next try. */
  tokenBackOffMs: number;
  /** A token with less life left than this is not used. */
  tokenFloorMs: number;
}

export const DEFAULT_WAITS: QuickBooksWaits = {
  connectMs: 5_000,
  callMs: 110_000,
  idleSocketMs: 4_000,
  laneMs: 1_500,
  laneBatchMs: 6_000,
  laneTurnMs: 100,
  laneStoreMs: 5_000,
  idleLaneMs: 60_000,
  laneQueue: 100,
  pauseMs: 60_000,
  probeEveryMs: 300_000,
  pauseJitterMs: 10_000,
  maxPauseMs: 3_600_000,
  readRetries: 2,
  readRetryMs: 300,
  tokenCallMs: 15_000,
  tokenSaveMs: 5_000,
  tokenClaimMs: 45_000,
  tokenWaitMs: 20_000,
  tokenPollMs: 100,
  tokenBackOffMs: 30_000,
  tokenFloorMs: 10_000,
};
