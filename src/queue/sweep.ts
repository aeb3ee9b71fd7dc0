import { seeFixes } from '../ledger/causes/cause-fixes.js';
import { settleSetups } from '../ledger/companies/lists-read.js';
import { judgeOn } from '../ledger/connections/judging.js';
import { parkLeftPushes } from '../ledger/connections/reconnect.js';
import type { Ledger } from '../ledger/database/open.js';
import { withSweepLock } from '../ledger/database/sweep-lock.js';
import { readyCompanies } from '../ledger/documents/ready.js';
import { releaseStragglers } from '../ledger/documents/stragglers.js';
import { wakeablePushes } from '../ledger/pushes/pushes.js';
import { wakeableRuns } from '../ledger/runs/claimed-runs.js';
import { within } from '../qbo/within.js';
import type { QueueBackend } from './backend.js';
import { type Dispatcher, nameOf, wakeUpOf } from './dispatch.js';
import type { QueueEvents } from './events.js';

export interface SweepOptions {
  ledger: Ledger;
  queue: QueueBackend;
  dispatcher: Dispatcher;
  /** Between two sweeps, in milliseconds. Default 15 s. */
  everyMs: number;
  /** A push younger than this has its own wake-up on the way. Default 5 s. */
  quietMs: number;
  log: QueueEvents;
}

/** Rows of each kind one sweep takes; the next one goes on. */
const ROWS_MAX = 1_000;

/**
 * Finds what the queue forgot: open pushes and runs nobody works on, companies with due work nobody
 * dispatched, setups that a download completed,
 * and failures whose cause is fixed. A timer and not a queue job, because it must
 * survive the queue.
 */
export async function sweepOnce(options: SweepOptions): Promise<void> {
  const { ledger, queue, dispatcher, quietMs, log } = options;
  await withSweepLock(ledger, async () => {
    const startedAtMs = performance.now();
    const pushes = await wakeablePushes(ledger, quietMs, ROWS_MAX);
    const runs = await wakeableRuns(ledger, quietMs, ROWS_MAX);
    if (pushes.length > 0) {
      await queue.add(pushes.map((push) => ({ ...wakeUpOf(push), anew: push.wasPutOff })));
    }
    if (runs.length > 0) {
      await queue.add(
        runs.map(({ id, epoch, wasPutOff }) => ({
          queue: 'pull' as const,
          subjectId: String(id),
          epoch,
          priority: 1,
          anew: wasPutOff,
        })),
      );
    }
    await parkLeftPushes(ledger);
    const released = (await releaseStragglers(ledger)) + (await judgeOn(ledger));
    const companies = await readyCompanies(ledger, ROWS_MAX);
    for (const companyId of companies) await dispatcher.dispatch(companyId);
    await settleSetups(ledger);
    await seeFixes(ledger);
    if (pushes.length + runs.length + companies.length + released > 0) {
      log('sweep', {
        pushes: pushes.length,
        runs: runs.length,
        companies: companies.length,
        released,
      });
    }
    log('sweep_ended', { durationMs: Math.round(performance.now() - startedAtMs) });
  });
}

/** A sweep takes at most this many times its own pause. */
const SWEEP_ROUNDS_MAX = 4;

class SweepLate extends Error {
  override name = 'SweepLate';
}

/** Sweeps now and then every `everyMs`, until stopped. A failed sweep is logged and tried again. */
export function startSweeping(options: SweepOptions): { stop(): Promise<void> } {
  let stopped = false;
  let current: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const round = () => {
    // A statement whose connection died unnoticed may never answer; the next sweep must not wait.
    const late = { error: () => new SweepLate() };
    current = within(SWEEP_ROUNDS_MAX * options.everyMs, sweepOnce(options), late)
      .catch((error: unknown) => options.log('sweep_failed', { error: nameOf(error) }))
      .finally(() => {
        if (!stopped) timer = setTimeout(round, options.everyMs);
      });
  };
  round();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      return current;
    },
  };
}
