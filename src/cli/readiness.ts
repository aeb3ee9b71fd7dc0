import type { Readiness } from '../http/parts.js';
import type { Ledger } from '../ledger/database/open.js';
import { within } from '../qbo/within.js';
import type { QueueBackend } from '../queue/backend.js';

/** Whether work can be done, known within `readyMs` and a moment for the queue. */
export async function readiness(
  ledger: Ledger,
  queue: QueueBackend,
  readyMs: number,
): Promise<Readiness> {
  try {
    await within(readyMs, ledger.sql`select 1 from installation_secrets limit 1`, {
      error: () => new DatabaseSilent(),
    });
  } catch {
    return { ready: false, degraded: true };
  }
  const problems = await queue.check(QUEUE_LOOK_MS);
  return { ready: true, degraded: problems.some(({ severity }) => severity === 'error') };
}

/** Whoever asks whether we are ready waits a second or so; web is, however long the queue is silent. */
const QUEUE_LOOK_MS = 500;

class DatabaseSilent extends Error {
  override name = 'DatabaseSilent';
}
