import type { Config } from '../config.js';
import { migrationState } from '../ledger/database/migrate.js';
import type { Log } from '../log.js';
import type { QueueBackend, QueueProblem } from '../queue/backend.js';
import { Refusal } from './refusal.js';

/** A process does not start on half a database. @throws Refusal */
export async function refuseUnmigrated(config: Pick<Config, 'databaseUrl'>): Promise<void> {
  const { missing } = await migrationState(config.databaseUrl);
  if (missing === 0) return;
  throw new Refusal(
    `The database lacks ${missing} migration${missing === 1 ? '' : 's'} of this version. ` +
      'Run: qbo-sync migrate',
  );
}

/** Problems that end while a worker waits. */
const PASSING: ReadonlySet<QueueProblem['code']> = new Set(['unreachable', 'memory_full']);

/**
 * A worker does not start on a queue that may lose half a job. One that is merely away or full is
 * waited for: workers outlast that anyway.
 * @throws Refusal with every problem
 */
export async function refuseUnfitQueue(queue: QueueBackend, log: Log): Promise<void> {
  const problems = await queue.check();
  const fatal = problems.filter(({ severity, code }) => severity === 'error' && !PASSING.has(code));
  if (fatal.length > 0) {
    const rows = fatal.map(({ message }) => `  ${message}`);
    throw new Refusal(['The queue cannot be used:', ...rows].join('\n'));
  }
  for (const { code } of problems) log.write('settings_warning', { about: 'QUEUE_URL', code });
}

/** Web keeps taking documents while the queue is unfit: nothing is lost, and `/readyz` says so. */
export async function warnOfUnfitQueue(queue: QueueBackend, log: Log): Promise<void> {
  for (const { code, severity } of await queue.check()) {
    log.write('settings_warning', { about: 'QUEUE_URL', code, severity });
  }
}
