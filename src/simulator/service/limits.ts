/**
 * Intuit's throttles (page "limits and throttles", 2026), as sliding windows on the simulator's
 * clock, each in its own scope.
 */

import { type MeterState, ReadMeter } from './read-meter.js';

export interface LimitState {
  on: boolean;
  /** Windows are this many times shorter: 10 lets a test run at ten times the speed. */
  scale: number;
  /** Reads an app may make in a month, over all companies. Null: not metered, as in a sandbox. */
  readsPerMonth: number | null;
}

/** A call as the limits see it. */
export interface LimitedCall {
  realmId: string;
  clientId: string;
  isBatch: boolean;
  /** Sends an e-mail. */
  sends: boolean;
  reads: boolean;
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
  /** Requests a minute to all of Intuit's endpoints together, per company and app. */
  perMinuteEverywhere: 800,
  /** E-mails a day, per company (a sandbox's limit). */
  emailsPerDay: 40,
} as const;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

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
  readonly #meter = new ReadMeter();
  #state: LimitState = { on: true, scale: 1, readsPerMonth: null };

  get state(): LimitState {
    return { ...this.#state };
  }

  set(change: Partial<LimitState>): LimitState {
    this.#state = { ...this.#state, ...change };
    return this.state;
  }

  /** Takes a place for the call, or answers false: it is throttled and counts nowhere. */
  enter(call: LimitedCall, nowMs: number): boolean {
    const lane = laneOf(call);
    const inFlight = this.#inFlight.get(lane) ?? 0;
    const { on, readsPerMonth } = this.#state;
    if (on) {
      if (inFlight >= LIMITS.inFlight) return false;
      const spent = readsPerMonth !== null && this.#meter.of(call.clientId, nowMs) >= readsPerMonth;
      if (call.reads && spent) return false;
      if (!this.#enterAll(this.#windowsOf(call, lane), nowMs)) return false;
    }
    this.#inFlight.set(lane, inFlight + 1);
    return true;
  }

  /** Takes a place for a call to another of Intuit's services on behalf of a company. */
  enterElsewhere(call: Pick<LimitedCall, 'realmId' | 'clientId'>, nowMs: number): boolean {
    return !this.#state.on || this.#enterAll([this.#everywhere(laneOf(call))], nowMs);
  }

  /** The call has been answered; only a success counts as a read. */
  leave(call: LimitedCall, succeeded: boolean, nowMs: number): void {
    if (call.reads && succeeded) this.#meter.count(call.clientId, nowMs);
    const lane = laneOf(call);
    const left = (this.#inFlight.get(lane) ?? 1) - 1;
    if (left === 0) this.#inFlight.delete(lane);
    else this.#inFlight.set(lane, left);
  }

  /** Reads of the month by app, as Intuit's meter would count them, limit or not. */
  reads(nowMs: number): MeterState {
    return this.#meter.state(nowMs);
  }

  #enterAll(windows: readonly Window[], nowMs: number): boolean {
    if (!windows.every((window) => window.hasRoom(nowMs, this.#state.scale))) return false;
    for (const window of windows) window.enter(nowMs);
    return true;
  }

  #windowsOf({ realmId, isBatch, sends }: LimitedCall, lane: string): Window[] {
    const windows = [
      this.#window(`second ${lane}`, LIMITS.perSecond, SECOND_MS),
      this.#window(`minute ${realmId}`, LIMITS.perMinute, MINUTE_MS),
      this.#everywhere(lane),
    ];
    if (sends) windows.push(this.#window(`emails ${realmId}`, LIMITS.emailsPerDay, DAY_MS));
    if (!isBatch) return windows;
    return [
      ...windows,
      this.#window(`batch ${lane}`, LIMITS.batchesPerMinute, MINUTE_MS),
      this.#window(`batches ${realmId}`, LIMITS.batchesPerMinuteOfAll, MINUTE_MS),
    ];
  }

  #everywhere(lane: string): Window {
    return this.#window(`everywhere ${lane}`, LIMITS.perMinuteEverywhere, MINUTE_MS);
  }

  #window(key: string, limit: number, lengthMs: number): Window {
    const known = this.#windows.get(key);
    if (known !== undefined) return known;
    const window = new Window(limit, lengthMs);
    this.#windows.set(key, window);
    return window;
  }
}

function laneOf({ realmId, clientId }: Pick<LimitedCall, 'realmId' | 'clientId'>): string {
  return `${realmId} ${clientId}`;
}
