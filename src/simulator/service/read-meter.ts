/**
 * Counts what apps read in a month (Intuit's partner program: "CorePlus" calls). The count is per
 * app over all companies, only of successes, and begins again on the first of the month.
 */

import { pacificDate } from '../pacific.js';

export interface MeterState {
  /** `2026-11`. Whose midnight ends a month is not documented: US Pacific here. */
  month: string;
  /** By client id. One HTTP call is one read, also a batch that asks anything. */
  reads: Record<string, number>;
}

export class ReadMeter {
  readonly #reads = new Map<string, number>();
  #month = '';

  count(clientId: string, nowMs: number): void {
    this.#reads.set(clientId, this.of(clientId, nowMs) + 1);
  }

  of(clientId: string, nowMs: number): number {
    this.#turnPage(nowMs);
    return this.#reads.get(clientId) ?? 0;
  }

  state(nowMs: number): MeterState {
    this.#turnPage(nowMs);
    return { month: this.#month, reads: Object.fromEntries(this.#reads) };
  }

  #turnPage(nowMs: number): void {
    const month = pacificDate(nowMs).slice(0, 7);
    if (month === this.#month) return;
    this.#month = month;
    this.#reads.clear();
  }
}
