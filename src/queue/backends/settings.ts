import { InvalidQueueOption } from '../errors.js';

/** Where the queue writes its log lines; src/log.ts fits. */
export interface QueueLog {
  error(event: string, fields: object): void;
  warn(event: string, fields: object): void;
  info(event: string, fields: object): void;
}

/** What `openQueueBackend` takes. Everything but the first three has a default. */
export interface QueueBackendOptions {
  /** `redis://`, `rediss://`, `postgres://` or `postgresql://`. */
  url: string;
  log: QueueLog;
  /** `add` and `counts` end within this, with QueueUnavailable if need be. */
  addTimeoutMs: number;
  /** Postgres schema, on Redis the prefix of all keys. One per environment. Default `bullmq`. */
  schema?: string;
  /** A job whose lock was not renewed for this long counts as abandoned. Default 30,000. */
  lockDurationMs?: number;
  /** How often a worker looks for abandoned jobs. Default 30,000. */
  stalledIntervalMs?: number;
  /**
   * How often a job may be abandoned before BullMQ drops it. Default 25: the ledger counts
   * crashes and decides what is dead, BullMQ's own default of 1 would lose wake-ups.
   */
  stalledCountMax?: number;
  /** Longest wait of an idle worker before it asks the store again, seconds. Default 5, at most 10. */
  drainDelaySeconds?: number;
  /** Pause after a failed claim; starts at a twentieth and doubles up to this. Default 1,000. */
  claimBackoffMs?: number;
  /** How long a worker waits for its connections before it makes new ones. Default 10,000. */
  openTimeoutMs?: number;
  /**
   * A worker's connection that owes an answer for this long is dropped and made anew. Default
   * 30,000. Must be longer than the drain delay, because an idle claim rightly takes that long.
   */
  storeTimeoutMs?: number;
  /** After a close aborted its handlers, how long they may take to end. Default 1,000. */
  abortWaitMs?: number;
  /** At most one line about store errors per this time. Default 10,000. */
  errorSummaryMs?: number;
  /** `add` and `counts` calls that may wait for the store at once. Default 100. */
  pendingCallsMax?: number;
  /** Wake-ups sent to the store in one command. Default 250. */
  addBatchSize?: number;
  /** About how many entries of BullMQ's event stream are kept per queue. Default 100. */
  eventsMax?: number;
  /** Postgres connections for adding. Default 2. */
  producerConnections?: number;
  /** Postgres connections of each worker, besides the one that listens. Default 4. */
  workerConnections?: number;
}

export type QueueSettings = Readonly<Required<Omit<QueueBackendOptions, 'log'>>>;

const DEFAULTS = {
  schema: 'bullmq',
  lockDurationMs: 30_000,
  stalledIntervalMs: 30_000,
  stalledCountMax: 25,
  drainDelaySeconds: 5,
  claimBackoffMs: 1_000,
  openTimeoutMs: 10_000,
  storeTimeoutMs: 30_000,
  abortWaitMs: 1_000,
  errorSummaryMs: 10_000,
  pendingCallsMax: 100,
  addBatchSize: 250,
  eventsMax: 100,
  producerConnections: 2,
  workerConnections: 4,
};

/** Longest timer Node can hold, in milliseconds. */
const TIMER_MAX_MS = 2_147_483_647;
/** BullMQ warns against blocking Redis calls of more than 10 seconds. */
const DRAIN_DELAY_MAX_SECONDS = 10;

/** Fills in the defaults. @throws InvalidQueueOption naming the option that is out of bounds */
export function settingsFrom({ log: _log, ...given }: QueueBackendOptions): QueueSettings {
  const stated = Object.entries(given).filter(([, value]) => value !== undefined);
  const settings: QueueSettings = { ...DEFAULTS, ...given, ...Object.fromEntries(stated) };
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(value > 0 && value <= TIMER_MAX_MS)) {
      throw new InvalidQueueOption(`queue option ${name} must be positive`);
    }
  }
  if (settings.drainDelaySeconds > DRAIN_DELAY_MAX_SECONDS) {
    throw new InvalidQueueOption(`queue option drainDelaySeconds must be at most 10`);
  }
  if (settings.storeTimeoutMs <= settings.drainDelaySeconds * 1000) {
    throw new InvalidQueueOption('queue option storeTimeoutMs must exceed drainDelaySeconds');
  }
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(settings.schema)) {
    throw new InvalidQueueOption(
      'queue option schema must be 1 to 63 lower-case letters, digits and "_"',
    );
  }
  return settings;
}
