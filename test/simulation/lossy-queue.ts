import type { QueueBackend, WakeUp } from '../../src/queue/backend.js';
import { QueueUnavailable } from '../../src/queue/errors.js';
import type { Dice } from './dice.js';
import type { Stage } from './stage.js';
import type { VirtualTime } from './virtual-time.js';

/** How a queue treats wake-ups: each a probability. */
export interface QueueWeather {
  lost: number;
  doubled: number;
  late: number;
  early: number;
  refused: number;
}

const CALM: QueueWeather = { lost: 0, doubled: 0, late: 0, early: 0, refused: 0 };
const LATE_MS_MAX = 90_000;

interface Waiting {
  pushId: number;
  readyMs: number;
}

/**
 * The queue's seam over a store that keeps no promise: wake-ups are lost, come twice, late, early and
 * in any order. It runs no worker; the simulation takes from it whatever is ready.
 */
export class LossyQueue implements QueueBackend {
  readonly kind = 'postgres';
  #waiting: Waiting[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly time: VirtualTime,
    private readonly dice: Dice,
    private weather: QueueWeather,
  ) {}

  add(wakeUps: readonly WakeUp[]): Promise<void> {
    return this.stage.operation('adds wake-ups', async () => {
      if (this.dice.happens(this.weather.refused)) throw new QueueUnavailable('timed_out');
      for (const wakeUp of wakeUps) this.#take(wakeUp);
    });
  }

  #take({ queue, subjectId, delayMs = 0 }: WakeUp): void {
    const { dice, weather, time } = this;
    // Runs are woken by what happens in the seed.
    if (queue !== 'push') return;
    if (dice.happens(weather.lost)) return;
    const copies = dice.happens(weather.doubled) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const lateMs = dice.happens(weather.late) ? dice.random() * LATE_MS_MAX : 0;
      const waitMs = dice.happens(weather.early) ? 0 : delayMs;
      this.#waiting.push({ pushId: Number(subjectId), readyMs: time.nowMs + waitMs + lateMs });
    }
  }

  /** One wake-up whose time has come, whichever. */
  next(): number | undefined {
    const ready = this.#waiting.filter(({ readyMs }) => readyMs <= this.time.nowMs);
    if (ready.length === 0) return undefined;
    const taken = this.dice.oneOf(ready);
    this.#waiting = this.#waiting.filter((one) => one !== taken);
    return taken.pushId;
  }

  /** A wake-up that was taken and whose worker died: at least once, it comes again or not. */
  flush(): void {
    this.#waiting = [];
  }

  calm(): void {
    this.weather = CALM;
  }

  check(): Promise<[]> {
    return Promise.resolve([]);
  }

  work(): never {
    throw new QueueUnavailable('closed');
  }

  counts(): never {
    throw new QueueUnavailable('closed');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
