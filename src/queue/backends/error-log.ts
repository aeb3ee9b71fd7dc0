import { describeError } from '../errors.js';
import type { QueueLog } from './settings.js';

/**
 * Logs store errors without flooding: the first at once, then one line with a count for every
 * `summaryMs` in which more came. An idle BullMQ worker on a full Redis was seen to raise 16,000
 * errors in 3 seconds.
 */
export class ErrorLog {
  #suppressed = 0;
  #last: object = {};
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly log: QueueLog,
    private readonly summaryMs: number,
  ) {}

  /** `where` says which queue and which side of it. */
  note(where: object, thrown: unknown): void {
    const fields = { ...where, ...describeError(thrown) };
    if (this.#timer) {
      this.#suppressed += 1;
      this.#last = fields;
      return;
    }
    this.log.error('queue.store_error', fields);
    this.#startWindow();
  }

  /** Writes what is still counted. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writeSummary();
  }

  #startWindow(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // The window goes on as long as errors come; a quiet one ends it.
      if (this.#writeSummary()) this.#startWindow();
    }, this.summaryMs);
    this.#timer.unref();
  }

  #writeSummary(): boolean {
    if (this.#suppressed === 0) return false;
    this.log.error('queue.store_errors', { count: this.#suppressed, ...this.#last });
    this.#suppressed = 0;
    return true;
  }
}
