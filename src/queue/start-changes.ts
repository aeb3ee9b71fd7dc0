import type { Ledger } from '../ledger/database/open.js';
import {
  type ChangesTimes,
  companiesWithWebhooks,
  startWantedRun,
} from '../ledger/runs/changes-wanted.js';
import type { QueueBackend } from './backend.js';
import { nameOf } from './dispatch.js';
import type { QueueEvents } from './events.js';
import { lookEvery } from './looking.js';

export interface StartChangesOptions {
  ledger: Ledger;
  queue: QueueBackend;
  /** `everyMs`: between two looks for webhooks that came. */
  times: ChangesTimes & { everyMs: number };
  log: QueueEvents;
}

/** Companies one look takes; the next one goes on. */
const COMPANIES_MAX = 200;

/**
 * Looks again and again for companies that webhooks came for, and starts their runs. Not where webhooks
 * are received: what is answered within moments must not wait for it.
 */
export function startChanges(options: StartChangesOptions): { stop(): Promise<void> } {
  const { times, log } = options;
  return lookEvery(
    times.everyMs,
    () => startOnce(options),
    (error) => log('changes_not_started', { companyId: null, error: nameOf(error) }),
  );
}

async function startOnce({ ledger, queue, times, log }: StartChangesOptions): Promise<void> {
  const companies = await companiesWithWebhooks(ledger, times, COMPANIES_MAX);
  const runs: number[] = [];
  for (const companyId of companies) {
    try {
      const runId = await startWantedRun(ledger, companyId, times);
      if (runId !== undefined) runs.push(runId);
    } catch (error) {
      // The others' runs do not wait for it.
      log('changes_not_started', { companyId, error: nameOf(error) });
    }
  }
  if (runs.length === 0) return;
  // A wake-up that is lost is added again by the sweep.
  await queue.add(
    runs.map((id) => ({ queue: 'pull' as const, subjectId: String(id), epoch: 1, priority: 1 })),
  );
}
