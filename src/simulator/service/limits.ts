/**
 * Intuit's throttles (page "limits and throttles", 2026), as sliding windows on the simulator's
 * clock, each in its own scope.
 */

export interface LimitState {
  on: boolean;
  /** Windows are this many times shorter: 10 lets a test run at ten times the speed. */
  scale: number;
}

export const LIMITS = {
  /** Requests a second, per company and app. */
  perSecond: 10,
  /** Requests a minute, per company. */
  perMinute: 500,
  /** Requests in flight, per company and app. */
  inFlight: 10,
  /** Batch calls a minute, per company and app. */
  batchesPerMinute: 40,
  /** Batch calls a minute, per company. */
  batchesPerMinuteOfAll: 120,
} as const;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

class Window {
  readonly #times: number[] = [];

  constructor(
    private readonly limit: number,
    private readonly lengthMs: number,
  ) {}

  hasRoom(nowMs: number, scale: number): boolean {
    const from = nowMs - this.lengthMs / scale;
    // A clock that was set back would leave entries in the future: they do not count.
    while (this.#times.length > 0 && !this.#counts(this.#times[0], from, nowMs)) {
      this.#times.shift();
    }
    return this.#times.length < this.limit;
  }

  enter(nowMs: number): void {
    this.#times.push(nowMs);
  }

  #counts(time: number | undefined, from: number, nowMs: number): boolean {
    return time !== undefined && time > from && time <= nowMs;
  }
}

export class LimitGate {
  readonly #windows = new Map<string, Window>();
  readonly #inFlight = new Map<string, number>();
  #state: LimitState = { on: true, scale: 1 };

  get state(): LimitState {
    return { ...this.#state };
  }

  set(change: Partial<LimitState>): LimitState {
    this.#state = { ...this.#state, ...change };
    return this.state;
  }

  /** Takes a place for the call, or answers false: it is throttled and counts nowhere. */
  enter(realmId: string, clientId: string, isBatch: boolean, nowMs: number): boolean {
    const lane = `${realmId} ${clientId}`;
    const inFlight = this.#inFlight.get(lane) ?? 0;
    const { on, scale } = this.#state;
    if (on) {
      const windows = this.#windowsOf(realmId, lane, isBatch);
      const free = windows.every((window) => window.hasRoom(nowMs, scale));
      if (!free || inFlight >= LIMITS.inFlight) return false;
      for (const window of windows) window.enter(nowMs);
    }
    this.#inFlight.set(lane, inFlight + 1);
    return true;
  }

  /** The call has been answered. */
  leave(realmId: string, clientId: string): void {
    const lane = `${realmId} ${clientId}`;
    const left = (this.#inFlight.get(lane) ?? 1) - 1;
    if (left === 0) this.#inFlight.delete(lane);
    else this.#inFlight.set(lane, left);
  }

  #windowsOf(realmId: string, lane: string, isBatch: boolean): Window[] {
    const windows = [
      this.#window(`second ${lane}`, LIMITS.perSecond, SECOND_MS),
      this.#window(`minute ${realmId}`, LIMITS.perMinute, MINUTE_MS),
    ];
    if (!isBatch) return windows;
    return [
      ...windows,
      this.#window(`batch ${lane}`, LIMITS.batchesPerMinute, MINUTE_MS),
      this.#window(`batches ${realmId}`, LIMITS.batchesPerMinuteOfAll, MINUTE_MS),
    ];
  }

  #window(key: string, limit: number, lengthMs: number): Window {
    const known = this.#windows.get(key);
    if (known !== undefined) return known;
    const window = new Window(limit, lengthMs);
    this.#windows.set(key, window);
    return window;
  }
}
