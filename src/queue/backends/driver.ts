import type { QueueName, toBullJob, WakeUpData } from '../wake-up.js';

/** What is wrong with a queue store. An error means that nothing is sent until it is mended. */
export interface QueueProblem {
  severity: 'error' | 'warning';
  code:
    | 'unreachable'
    | 'eviction_policy'
    | 'persistence_off'
    | 'memory_nearly_full'
    | 'memory_full'
    | 'read_only'
    | 'cluster'
    | 'version_too_old'
    | 'schema_not_migrated'
    | 'schema_newer';
  /** One or two sentences for an operator: what it is and what to do. No addresses. */
  message: string;
}

/** BullMQ's own counts of one queue. Finished jobs are removed, so they are not counted. */
export interface QueueCounts {
  waiting: number;
  active: number;
  delayed: number;
  prioritized: number;
  failed: number;
}

/** What the seam uses of a BullMQ `Queue`; one for each of our queues. */
export interface ProducerQueue {
  waitUntilReady(): Promise<unknown>;
  addBulk(jobs: ReturnType<typeof toBullJob>[]): Promise<unknown>;
  getJobCounts(...states: (keyof QueueCounts)[]): Promise<Record<string, number>>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}

/** The queues of one producer connection. */
export interface Producers {
  readonly queues: Readonly<Record<QueueName, ProducerQueue>>;
  /**
   * Lets go of the connection without waiting for the store: what waits on it fails at once, its
   * sockets are gone within seconds.
   */
  drop(): void;
}

/** What the seam uses of a BullMQ `Worker` (claim-loop.ts). */
export interface Claimer {
  waitUntilReady(): Promise<void>;
  /** Claims and runs until closed; rejects when BullMQ's loop breaks. */
  run(): Promise<void>;
  /** Claims no more, waits for the jobs in hand and for the store to record them. */
  finish(): Promise<void>;
  /** Renews no lock and checks nothing any more; called when `finish` took too long. */
  abandon(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'stalled', listener: (jobId: string) => void): unknown;
  on(event: 'lockRenewalFailed', listener: (jobIds: string[]) => void): unknown;
}

export interface ClaimerRequest {
  queue: QueueName;
  concurrency: number;
  /** Runs one job. Never rejects. */
  process(jobId: string, data: WakeUpData | null): Promise<void>;
  /** The store answered a claim, with a job or without. */
  onClaim(): void;
}

/** A claimer and its connections. */
export interface OpenClaimer {
  readonly claimer: Claimer;
  /** Lets go of the connections without waiting for the store. */
  drop(): void;
}

/** What one kind of store has to provide. All behaviour above it is shared (store-backend.ts). */
export interface QueueDriver {
  readonly kind: 'redis' | 'postgres';
  check(limitMs: number): Promise<QueueProblem[]>;
  openProducers(): Producers;
  openClaimer(request: ClaimerRequest): OpenClaimer;
}
