/** How long calls take, in real milliseconds, by kind of call. */

export const LATENCY_CALLS = ['read', 'query', 'write', 'batch', 'oauth'] as const;

export type LatencyCall = (typeof LATENCY_CALLS)[number];

export class Latency {
  readonly #ms = new Map<LatencyCall, number>();

  /** @param call a kind of call, or `all` */
  set(call: LatencyCall | 'all', ms: number): Record<LatencyCall, number> {
    for (const kind of LATENCY_CALLS) {
      if (call === 'all' || call === kind) this.#ms.set(kind, ms);
    }
    return this.state();
  }

  of(call: LatencyCall): number {
    return this.#ms.get(call) ?? 0;
  }

  state(): Record<LatencyCall, number> {
    return {
      read: this.of('read'),
      query: this.of('query'),
      write: this.of('write'),
      batch: this.of('batch'),
      oauth: this.of('oauth'),
    };
  }
}
