import type { LossyQueue } from './lossy-queue.js';
import type { Thread } from './thread.js';
import { SimulatedWorker, type WorkParts } from './workers.js';

/** The worker processes of a seed: for each that ends another one comes. */
export class Crew {
  kills = 0;
  readonly #workers: SimulatedWorker[] = [];
  readonly #stopped: SimulatedWorker[] = [];
  #born = 0;

  constructor(
    private readonly queue: LossyQueue,
    private readonly parts: WorkParts,
  ) {}

  bear(): void {
    this.#born += 1;
    const worker = new SimulatedWorker(`w${this.#born}`, this.parts);
    this.#workers.push(worker);
    worker.start();
  }

  /** Whoever has nothing to do takes a wake-up. */
  handOut(): void {
    for (const worker of this.#workers) {
      if (!worker.isIdle) continue;
      const pushId = this.queue.next();
      if (pushId === undefined) return;
      worker.work(pushId);
    }
  }

  /** SIGTERM: it ends in its own time. */
  stop(worker: SimulatedWorker): void {
    this.#replace(worker);
    this.#stopped.push(worker);
    worker.stop();
  }

  kill(worker: SimulatedWorker): void {
    this.kills += 1;
    this.#replace(worker);
    worker.kill();
  }

  freeze(worker: SimulatedWorker): void {
    worker.freeze();
    if (this.#workers.every(({ isFrozen }) => isFrozen)) this.bear();
  }

  thaw(): void {
    for (const worker of this.#workers) worker.thaw();
  }

  /** One of those that run, by any number. */
  at(place: number): SimulatedWorker {
    const running = this.#workers.filter(({ isFrozen }) => !isFrozen);
    const worker = running[place % running.length];
    if (worker === undefined) throw new Error('There is no worker');
    return worker;
  }

  /** The worker that works on a push in this thread, if it still does. */
  workerIn(thread: Thread): SimulatedWorker | undefined {
    return this.#workers.find((worker) => worker.thread === thread);
  }

  threadOf(name: string): Thread | undefined {
    return [...this.#workers, ...this.#stopped].find((worker) => worker.name === name)?.thread;
  }

  #replace(worker: SimulatedWorker): void {
    this.#workers.splice(this.#workers.indexOf(worker), 1);
    this.bear();
  }
}
