import { reckonBudgets } from '../ledger/companies/read-budgets.js';
import type { Ledger } from '../ledger/database/open.js';
import { lookForChanges, planLooks } from '../ledger/runs/change-looks.js';
import { beginNight, dueNights, planNights } from '../ledger/runs/schedules.js';
import type { QueueBackend } from './backend.js';
import { nameOf } from './dispatch.js';
import type { QueueEvents } from './events.js';
import { lookEvery } from './looking.js';

export interface StartScheduledOptions {
  ledger: Ledger;
  queue: Pick<QueueBackend, 'add'>;
  /** Between two looks at what has fallen due, in milliseconds. Default 10 s. */
  everyMs: number;
  /** What an app may read in a month that has no budget of its own; null: as much as it likes. */
  readsPerMonth: number | null;
  log: QueueEvents;
}

/** Rows of each kind that one look takes; the next one goes on. */
const ROWS_MAX = 200;
/** Behind what somebody asked for. */
const PRIORITY = 2;

/**
 * Looks again and again for what falls due by the clock: nights, and companies whose changes are looked
 * for. Any number of workers may: each row is begun by one. What is due stands in the ledger, so that
 * nothing is lost with a worker or with the queue.
 */
export function startScheduling(options: StartScheduledOptions): { stop(): Promise<void> } {
  const { everyMs, log } = options;
  return lookEvery(
    everyMs,
    () => startScheduled(options),
    (error) => log('schedules_not_started', { error: nameOf(error) }),
  );
}

/** One such look. */
export async function startScheduled(
  options: Omit<StartScheduledOptions, 'everyMs'>,
): Promise<void> {
  const { ledger, queue, readsPerMonth, log } = options;
  await reckonBudgets(ledger, readsPerMonth);
  await planNights(ledger, ROWS_MAX);
  await planLooks(ledger, ROWS_MAX);
  const runs: number[] = [];
  for (const connectionId of await dueNights(ledger, ROWS_MAX)) {
    try {
      runs.push(...(await beginNight(ledger, connectionId)));
    } catch (error) {
      // The others' nights do not wait for it.
      log('night_not_begun', { connectionId, error: nameOf(error) });
    }
  }
  runs.push(...(await lookForChanges(ledger, ROWS_MAX)));
  if (runs.length === 0) return;
  // A wake-up that is lost is added again by the sweep.
  await queue.add(
    runs.map((id) => ({
      queue: 'pull' as const,
      subjectId: String(id),
      epoch: 1,
      priority: PRIORITY,
    })),
  );
}
