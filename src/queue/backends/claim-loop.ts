import {
  type BackendFactory,
  type IQueueBackend,
  type Job,
  type JobProgress,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { readWakeUp, type WakeUpData } from '../wake-up.js';
import type { Claimer, ClaimerRequest } from './driver.js';
import type { QueueSettings } from './settings.js';
import { waitUnlessStopped } from './waits.js';

/** The first pause after a failed claim is this part of the longest. */
const BACKOFF_STEPS = 20;

/** The options every worker has, whatever the store. */
export function workerOptions(request: ClaimerRequest, settings: QueueSettings) {
  return {
    autorun: false,
    concurrency: request.concurrency,
    lockDuration: settings.lockDurationMs,
    stalledInterval: settings.stalledIntervalMs,
    maxStalledCount: settings.stalledCountMax,
    drainDelay: settings.drainDelaySeconds,
    // BullMQ waits this long after a refused connection: 15 s by default, long after the store is back.
    runRetryDelay: settings.claimBackoffMs,
  };
}

/**
 * BullMQ's worker with three gaps closed: a claim that fails is followed by a growing pause (a
 * worker on a full Redis spins otherwise), an idle wait never exceeds the drain delay (on Postgres
 * it may be an hour, which a silently lost connection would use up), and each answered claim is
 * reported, so that a loop that stands still can be seen.
 */
export class ClaimLoop<B extends IQueueBackend, C>
  extends Worker<WakeUpData, undefined, string, B, JobProgress, C>
  implements Claimer
{
  readonly #request: ClaimerRequest;
  readonly #settings: QueueSettings;
  readonly #stop = new AbortController();
  #failures = 0;

  constructor(
    request: ClaimerRequest,
    settings: QueueSettings,
    options: WorkerOptions<C>,
    backend: BackendFactory<B, C>,
  ) {
    const process = async (job: Job<WakeUpData, undefined>) => {
      await request.process(job.id ?? '', readWakeUp(job.data));
      // Nothing of a handler's result reaches the store.
      return undefined;
    };
    super(request.queue, process, options, backend);
    this.#request = request;
    this.#settings = settings;
  }

  async finish(): Promise<void> {
    this.#stop.abort();
    // Without this a job that ends now would bring the next one along, and the check for
    // abandoned jobs would keep its timer.
    await this.pause(true);
    await this.close();
  }

  abandon(): void {
    void this.lockManager.close();
  }

  override get maximumBlockTimeout(): number {
    return Math.min(super.maximumBlockTimeout, this.#settings.drainDelaySeconds);
  }

  protected override checkConnectionError<T>(call: () => Promise<T>) {
    // After an error BullMQ looks for abandoned jobs 5 s later, and that timer outlives a close.
    return super.checkConnectionError(call, this.#settings.claimBackoffMs);
  }

  protected override async moveToActive(token: string, name?: string) {
    // BullMQ asks once more after an idle wait that the pause has ended.
    if (this.#stop.signal.aborted) return this.nextJobFromJobData();
    try {
      const job = await super.moveToActive(token, name);
      this.#failures = 0;
      this.#request.onClaim();
      return job;
    } catch (error) {
      await waitUnlessStopped(this.#backoffMs(), this.#stop.signal);
      throw error;
    }
  }

  #backoffMs(): number {
    const longestMs = this.#settings.claimBackoffMs;
    const doubled = (longestMs / BACKOFF_STEPS) * 2 ** Math.min(this.#failures, BACKOFF_STEPS);
    this.#failures += 1;
    return Math.min(doubled, longestMs);
  }
}
