/** The simulator's business time: token life, limits, dates and `MetaData` follow it. */

export interface ClockState {
  /** The moment as ISO 8601 in UTC. */
  now: string;
  nowMs: number;
  /** While stopped, time moves only by `set` and `advance`. */
  stopped: boolean;
}

export interface ClockChange {
  /** ISO 8601 moment to jump to. */
  now?: string;
  advanceMs?: number;
  stopped?: boolean;
}

export class SimulatorClock {
  #offsetMs = 0;
  #stoppedAtMs: number | undefined;
  readonly #listeners = new Set<() => void>();

  /** @param source the time to follow, in epoch milliseconds; the machine's by default */
  constructor(private readonly source: () => number = Date.now) {}

  nowMs(): number {
    return this.#stoppedAtMs ?? this.source() + this.#offsetMs;
  }

  state(): ClockState {
    const nowMs = this.nowMs();
    return {
      now: new Date(nowMs).toISOString(),
      nowMs,
      stopped: this.#stoppedAtMs !== undefined,
    };
  }

  change({ now, advanceMs, stopped }: ClockChange): ClockState {
    if (stopped === true) this.#stoppedAtMs = this.nowMs();
    if (stopped === false && this.#stoppedAtMs !== undefined) {
      this.#offsetMs = this.#stoppedAtMs - this.source();
      this.#stoppedAtMs = undefined;
    }
    if (now !== undefined) this.#jumpTo(Date.parse(now));
    if (advanceMs !== undefined) this.#jumpTo(this.nowMs() + advanceMs);
    for (const listener of this.#listeners) listener();
    return this.state();
  }

  /** Calls back when the clock was moved, stopped or started, until the returned function is. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #jumpTo(ms: number): void {
    if (!Number.isFinite(ms)) throw new RangeError('now must be an ISO 8601 time');
    if (this.#stoppedAtMs !== undefined) this.#stoppedAtMs = ms;
    else this.#offsetMs = ms - this.source();
  }
}
