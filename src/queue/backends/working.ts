import { describeError } from '../errors.js';
import type { QueueName, WakeUpData } from '../wake-up.js';
import type { OpenClaimer, QueueDriver } from './driver.js';
import type { ErrorLog } from './error-log.js';
import type { QueueLog, QueueSettings } from './settings.js';
import { endsWithin, waitUnlessStopped } from './waits.js';

export interface WorkOptions {
  /** Jobs run at once by this worker. */
  concurrency: number;
  /**
   * Runs one wake-up. What it returns is dropped; what it throws is logged by name and ends the
   * job: the ledger decides what comes next. The signal is aborted when this run has lost its job
   * to another worker, or when the process cannot wait any longer.
   */
  handle(wakeUp: WakeUpData, signal: AbortSignal): Promise<void>;
}

/** One process's worker on one queue. */
export interface QueueWorker {
  /**
   * Claims no more, waits up to `graceMs` for the jobs in hand, then aborts their signals. Ends
   * within `graceMs` plus `abortWaitMs` whatever handlers and store do; a job that did not end is
   * given out again by the stalled check. Later calls get the first one's promise.
   */
  close(options: { graceMs: number }): Promise<void>;
  /**
   * When the store last answered a claim or a job began or ended, in milliseconds on the clock of
   * `performance.now()`. An idle worker moves it at least every drain delay. A worker with a free
   * slot (`inFlight` below its concurrency) that does not move it for long stands still: exit.
   */
  readonly lastActivityAt: number;
  /** Jobs running now. */
  readonly inFlight: number;
}

interface Run {
  readonly jobId: string;
  readonly abort: AbortController;
}

/** Keeps one BullMQ worker open on a queue, makes it anew if it breaks, and closes it in time. */
export class Working implements QueueWorker {
  lastActivityAt = performance.now();
  readonly #runs = new Set<Run>();
  readonly #stop = new AbortController();
  #open: OpenClaimer | undefined;
  #closing: Promise<void> | undefined;
  /** The store has been out of reach since the last try to open. */
  #down = false;

  constructor(
    private readonly queue: QueueName,
    private readonly options: WorkOptions,
    private readonly driver: QueueDriver,
    private readonly settings: QueueSettings,
    private readonly log: QueueLog,
    private readonly errors: ErrorLog,
  ) {
    void this.#keepOpen();
  }

  get inFlight(): number {
    return this.#runs.size;
  }

  close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  /** Limited by close() alone: a worker has to outlast any outage of its store. */
  async #keepOpen(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#runOnce();
      } catch (error) {
        this.errors.note({ queue: this.queue, side: 'work' }, error);
      }
      if (this.#stop.signal.aborted) return;
      // BullMQ remembers a failed start for ever, so a new worker is the only way on.
      this.#open?.claimer.abandon();
      this.#open?.drop();
      this.#tellOnce();
      await waitUnlessStopped(this.settings.claimBackoffMs, this.#stop.signal);
    }
  }

  async #runOnce(): Promise<void> {
    const open = this.#openClaimer();
    this.#open = open;
    const ready = open.claimer.waitUntilReady();
    if (!(await endsWithin(this.settings.openTimeoutMs, ready))) return;
    if (this.#down) this.log.info('queue.worker_back', { queue: this.queue });
    this.#down = false;
    await open.claimer.run();
  }

  #tellOnce(): void {
    if (!this.#down) this.log.warn('queue.worker_waits', { queue: this.queue });
    this.#down = true;
  }

  #openClaimer(): OpenClaimer {
    const open = this.driver.openClaimer({
      queue: this.queue,
      concurrency: this.options.concurrency,
      process: (jobId, wakeUp) => this.#run(jobId, wakeUp),
      onClaim: () => this.#touch(),
    });
    open.claimer.on('error', (error) => {
      this.errors.note({ queue: this.queue, side: 'work' }, error);
    });
    open.claimer.on('stalled', (jobId) => {
      this.log.warn('queue.job_recovered', { queue: this.queue, jobId });
    });
    open.claimer.on('lockRenewalFailed', (jobIds) => this.#abortLost(jobIds));
    return open;
  }

  async #run(jobId: string, wakeUp: WakeUpData | null): Promise<void> {
    if (!wakeUp) {
      this.log.error('queue.job_unreadable', { queue: this.queue });
      return;
    }
    const run: Run = { jobId, abort: new AbortController() };
    this.#runs.add(run);
    this.#touch();
    try {
      await this.options.handle(wakeUp, run.abort.signal);
    } catch (error) {
      this.log.error('queue.handler_threw', {
        queue: this.queue,
        jobId,
        error: describeError(error).name,
      });
    } finally {
      this.#runs.delete(run);
      this.#touch();
    }
  }

  /** Another worker may have these jobs by now. BullMQ names no run, so the oldest is meant. */
  #abortLost(jobIds: string[]): void {
    for (const jobId of jobIds) {
      this.log.warn('queue.lock_lost', { queue: this.queue, jobId });
      const oldest = [...this.#runs].find((run) => run.jobId === jobId);
      oldest?.abort.abort();
    }
  }

  async #close(graceMs: number): Promise<void> {
    this.#stop.abort();
    const open = this.#open;
    if (!open) return;
    const finished = open.claimer.finish();
    if (!(await endsWithin(graceMs, finished))) {
      this.#abortAll();
      if (!(await endsWithin(this.settings.abortWaitMs, finished))) open.claimer.abandon();
    }
    open.drop();
  }

  #abortAll(): void {
    if (this.#runs.size === 0) return;
    this.log.warn('queue.close_forced', { queue: this.queue, inFlight: this.#runs.size });
    for (const { abort } of this.#runs) abort.abort();
  }

  #touch(): void {
    this.lastActivityAt = performance.now();
  }
}
