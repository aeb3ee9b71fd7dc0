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

  /** @throws RangeError for a moment that is none, or that no calendar has four digits for */
  change({ now, advanceMs, stopped }: ClockChange): ClockState {
    const moments = [now === undefined ? this.nowMs() : Date.parse(now)];
    if (advanceMs !== undefined) moments.push((moments[0] ?? 0) + advanceMs);
    if (!moments.every(isInReach)) {
      throw new RangeError('the clock can be set from the year 1970 up to the year 9999');
    }
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
    if (this.#stoppedAtMs !== undefined) this.#stoppedAtMs = ms;
    else this.#offsetMs = ms - this.source();
  }
}

const EARLIEST_MS = Date.parse('1970-01-02T00:00:00Z');
const LATEST_MS = Date.parse('9999-12-30T00:00:00Z');

function isInReach(ms: number): boolean {
  return ms >= EARLIEST_MS && ms <= LATEST_MS;
}
