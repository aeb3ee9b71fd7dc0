import { QueueUnavailable, toUnavailable } from '../errors.js';
import { QUEUE_NAMES, type QueueName, toBullJob, type WakeUp } from '../wake-up.js';
import type { Producers, QueueCounts, QueueDriver } from './driver.js';
import type { ErrorLog } from './error-log.js';
import type { QueueSettings } from './settings.js';
import { endsWithin } from './waits.js';

const COUNTED = ['waiting', 'active', 'delayed', 'prioritized', 'failed'] as const;

/**
 * The adding side of a queue store. Its connection is opened by the first call, and a connection
 * that did not get ready or did not answer in time is thrown away: BullMQ remembers a failed start
 * for ever, and what was sent to a frozen store would pile up in memory.
 */
export class Adding {
  #producers: Producers | undefined;
  #ready: Promise<unknown> = Promise.resolve();
  #pending = 0;
  #closed = false;

  constructor(
    private readonly driver: QueueDriver,
    private readonly settings: QueueSettings,
    private readonly errors: ErrorLog,
  ) {}

  /** @throws QueueUnavailable, InvalidWakeUp */
  async add(wakeUps: readonly WakeUp[]): Promise<void> {
    const batches = batchesOf(wakeUps, this.settings.addBatchSize);
    if (batches.length === 0) return;
    await this.#call(async (producers, isOver) => {
      for (const { queue, jobs } of batches) {
        if (isOver()) return;
        await producers.queues[queue].addBulk(jobs);
      }
    });
  }

  /** @throws QueueUnavailable */
  async counts(queue: QueueName): Promise<QueueCounts> {
    const counts = await this.#call((producers) =>
      producers.queues[queue].getJobCounts(...COUNTED),
    );
    return {
      waiting: counts['waiting'] ?? 0,
      active: counts['active'] ?? 0,
      delayed: counts['delayed'] ?? 0,
      prioritized: counts['prioritized'] ?? 0,
      failed: counts['failed'] ?? 0,
    };
  }

  close(): void {
    this.#closed = true;
    this.#drop(this.#producers);
  }

  /** Runs one call on the store within the time limit, whatever the store does. */
  async #call<T>(work: (producers: Producers, isOver: () => boolean) => Promise<T>): Promise<T> {
    if (this.#closed) throw new QueueUnavailable('closed');
    if (this.#pending >= this.settings.pendingCallsMax) throw new QueueUnavailable('overloaded');
    this.#pending += 1;
    let over = false;
    const producers = this.#open();
    const answer = this.#ready.then(() => work(producers, () => over));
    try {
      if (await endsWithin(this.settings.addTimeoutMs, answer)) return await answer;
    } catch (error) {
      throw toUnavailable(error);
    } finally {
      over = true;
      this.#pending -= 1;
    }
    this.#drop(producers);
    throw new QueueUnavailable('timed_out');
  }

  #open(): Producers {
    if (this.#producers) return this.#producers;
    const producers = this.driver.openProducers();
    for (const queue of QUEUE_NAMES) {
      producers.queues[queue].on('error', (error) => {
        this.errors.note({ queue, side: 'add' }, error);
      });
    }
    this.#producers = producers;
    this.#ready = Promise.all(QUEUE_NAMES.map((queue) => producers.queues[queue].waitUntilReady()));
    this.#ready.catch(() => this.#drop(producers));
    return producers;
  }

  #drop(producers: Producers | undefined): void {
    if (!producers) return;
    if (this.#producers === producers) this.#producers = undefined;
    producers.drop();
  }
}

type Batch = { queue: QueueName; jobs: ReturnType<typeof toBullJob>[] };

/** Groups wake-ups by queue, in their order, into commands of bounded size. */
function batchesOf(wakeUps: readonly WakeUp[], size: number): Batch[] {
  const jobs = wakeUps.map((wakeUp) => toBullJob(wakeUp));
  return QUEUE_NAMES.flatMap((queue) => {
    const ofQueue = jobs.filter((job) => job.name === queue);
    const starts = Array.from({ length: Math.ceil(ofQueue.length / size) }, (_, i) => i * size);
    return starts.map((start) => ({ queue, jobs: ofQueue.slice(start, start + size) }));
  });
}
