/** Rings at a moment of the simulator's clock, however it gets there: by itself, or moved on. */

import type { SimulatorClock } from '../clock.js';

/** A clock that follows another source can jump unheard, so it is looked at this often. */
const LOOK_MS = 1_000;

export class Alarm {
  #dueMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #unsubscribe: () => void;

  constructor(
    private readonly clock: SimulatorClock,
    private readonly ring: () => void,
  ) {
    this.#unsubscribe = clock.onChange(() => this.#arm());
  }

  /** Replaces the moment set before. @param dueMs epoch milliseconds; undefined for never */
  set(dueMs: number | undefined): void {
    this.#dueMs = dueMs;
    this.#arm();
  }

  close(): void {
    this.#unsubscribe();
    this.#dueMs = undefined;
    clearTimeout(this.#timer);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#dueMs === undefined) return;
    const { nowMs, stopped } = this.clock.state();
    const leftMs = this.#dueMs - nowMs;
    // A clock that stands has to be moved, and says so when it is.
    if (leftMs > 0 && stopped) return;
    this.#timer = setTimeout(() => this.#look(), Math.min(Math.max(leftMs, 0), LOOK_MS));
  }

  #look(): void {
    if (this.#dueMs === undefined) return;
    if (this.clock.nowMs() < this.#dueMs) {
      this.#arm();
      return;
    }
    this.#dueMs = undefined;
    this.ring();
  }
}
