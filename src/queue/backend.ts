import { Adding } from './backends/adding.js';
import type { QueueCounts, QueueDriver, QueueProblem } from './backends/driver.js';
import { ErrorLog } from './backends/error-log.js';
import { migratePostgresQueue, PostgresDriver } from './backends/postgres.js';
import { RedisDriver } from './backends/redis.js';
import { type QueueBackendOptions, type QueueSettings, settingsFrom } from './backends/settings.js';
import { type QueueWorker, Working, type WorkOptions } from './backends/working.js';
import { InvalidQueueOption, QueueUnavailable } from './errors.js';
import type { QueueName, WakeUp } from './wake-up.js';

export type { QueueCounts, QueueProblem } from './backends/driver.js';
export type { QueueBackendOptions, QueueLog } from './backends/settings.js';
export type { QueueWorker, WorkOptions } from './backends/working.js';
export { InvalidQueueOption, InvalidWakeUp, QueueUnavailable } from './errors.js';
export type { QueueName, WakeUp } from './wake-up.js';

/**
 * BullMQ behind one seam, on Redis or on Postgres. It delivers wake-ups at least once while its
 * store keeps them, and loses them when the store does; whoever adds must be able to add again.
 */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  /**
   * Looks whether the store is fit to work on; never throws. Each of its steps ends within `limitMs`,
   * by default `openTimeoutMs`.
   */
  check(limitMs?: number): Promise<QueueProblem[]>;
  /**
   * Adds wake-ups. One whose id is waiting, delayed or running is left as it is; one whose job has
   * ended runs again. After a failure some may have been added; adding all again does no harm.
   * @throws QueueUnavailable within `addTimeoutMs`
   * @throws InvalidWakeUp
   */
  add(wakeUps: readonly WakeUp[]): Promise<void>;
  /**
   * Starts a worker. It needs no store to start, and outlasts any outage of it.
   * @throws QueueUnavailable when this backend is closed
   */
  work(queue: QueueName, options: WorkOptions): QueueWorker;
  /** @throws QueueUnavailable within `addTimeoutMs` */
  counts(queue: QueueName): Promise<QueueCounts>;
  /** Closes what is still open, workers without a grace. Ends within `abortWaitMs`. */
  close(): Promise<void>;
}

/**
 * Opens the queue on the store that the URL names. Connections are made when first used, so the
 * store need not be up; `check()` tells.
 * @throws InvalidQueueOption
 */
export async function openQueueBackend(options: QueueBackendOptions): Promise<QueueBackend> {
  const settings = settingsFrom(options);
  const driver =
    kindOf(settings.url) === 'redis' ? new RedisDriver(settings) : new PostgresDriver(settings);
  return new DriverBackend(driver, settings, options.log);
}

/**
 * Brings BullMQ's tables in Postgres up to date; does nothing on Redis. The caller holds the
 * advisory lock that all migrations share.
 * @throws QueueUnavailable
 */
export async function migrateQueue(
  url: string,
  { schema = 'bullmq', timeoutMs = 60_000 }: { schema?: string; timeoutMs?: number } = {},
): Promise<void> {
  if (kindOf(url) === 'postgres') await migratePostgresQueue(url, schema, timeoutMs);
}

class DriverBackend implements QueueBackend {
  readonly kind: 'redis' | 'postgres';
  readonly #adding: Adding;
  readonly #errors: ErrorLog;
  readonly #workers: QueueWorker[] = [];
  #closing: Promise<void> | undefined;

  constructor(
    private readonly driver: QueueDriver,
    private readonly settings: QueueSettings,
    private readonly log: QueueBackendOptions['log'],
  ) {
    this.kind = driver.kind;
    this.#errors = new ErrorLog(log, settings.errorSummaryMs);
    this.#adding = new Adding(driver, settings, this.#errors);
  }

  check(limitMs = this.settings.openTimeoutMs): Promise<QueueProblem[]> {
    return this.driver.check(limitMs);
  }

  add(wakeUps: readonly WakeUp[]): Promise<void> {
    return this.#adding.add(wakeUps);
  }

  work(queue: QueueName, options: WorkOptions): QueueWorker {
    if (this.#closing) throw new QueueUnavailable('closed');
    const { driver, settings, log } = this;
    const worker = new Working(queue, options, driver, settings, log, this.#errors);
    this.#workers.push(worker);
    return worker;
  }

  counts(queue: QueueName): Promise<QueueCounts> {
    return this.#adding.counts(queue);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close({ graceMs: 0 })));
    this.#adding.close();
    this.#errors.close();
  }
}

function kindOf(url: string): 'redis' | 'postgres' {
  if (/^rediss?:\/\//.test(url)) return 'redis';
  if (/^postgres(ql)?:\/\//.test(url)) return 'postgres';
  // The address may carry a password, so it is not repeated here.
  throw new InvalidQueueOption(
    'queue option url must start with redis://, rediss:// or postgres://',
  );
}
