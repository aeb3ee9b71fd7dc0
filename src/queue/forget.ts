import type { Ledger } from '../ledger/database/open.js';
import { forgetOld, type RetentionDays } from '../ledger/housekeeping/retention.js';
import { nameOf } from './dispatch.js';
import type { QueueEvents } from './events.js';

export interface ForgettingOptions {
  ledger: Ledger;
  retention: RetentionDays;
  /** Between two rounds, in milliseconds. Default 10 min. */
  everyMs: number;
  log: QueueEvents;
}

/**
 * Forgets what is old now and then every `everyMs`, until stopped: beside the sweep, because it may
 * take long and nothing waits for it. A failed round is logged, and the next one goes on.
 */
export function startForgetting(options: ForgettingOptions): { stop(): Promise<void> } {
  const { ledger, retention, everyMs, log } = options;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  const round = async () => {
    try {
      const forgotten = await forgetOld(ledger, retention, stopping.signal);
      const rows = Object.values(forgotten ?? {}).reduce((sum, count) => sum + count, 0);
      if (forgotten !== undefined && rows > 0) log('forgotten', forgotten);
    } catch (error) {
      if (!stopping.signal.aborted) log('forgetting_failed', { error: nameOf(error) });
    }
    if (!stopping.signal.aborted) timer = setTimeout(start, everyMs);
  };
  const start = () => {
    current = round();
  };
  start();
  return {
    stop() {
      stopping.abort();
      clearTimeout(timer);
      return current;
    },
  };
}
