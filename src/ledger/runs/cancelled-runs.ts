import { forgetStaged } from '../companies/records.js';
import type { Connection } from '../connections/connections.js';
import type { Ledger } from '../database/open.js';
import { appendEvents } from '../events/events.js';
import { recordAudit } from '../people/audit.js';
import type { ClaimedRun } from './claimed-runs.js';
import { endedEvents } from './run-endings.js';
import { isOf } from './runs.js';

type CancelledRow = Pick<ClaimedRun, 'id' | 'job' | 'connectionId' | 'companyId'> & {
  endedAt: Date | null;
  status: string;
};

/**
 * Ends a run for whoever does not want it any more. One that reads is fenced off: it ends at its next
 * page, and what it had applied by then stays, as it is true. Lists stay as they were, and are not stale
 * for it.
 *
 * @returns `ended` where it had ended before; undefined where the connection has no such run.
 */
export async function cancelRun(
  ledger: Ledger,
  connection: Connection,
  runId: number,
  by: string,
): Promise<'cancelled' | 'ended' | undefined> {
  return ledger.sql.begin(async (tx) => {
    const [run] = await tx<CancelledRow[]>`
      select id, job, connection_id, company_id, ended_at, status from runs r
      where id = ${runId} and ${isOf(tx, connection)} for update`;
    if (run === undefined) return undefined;
    if (run.endedAt !== null) return run.status === 'cancelled' ? 'cancelled' : 'ended';
    await tx`
      update runs set status = 'cancelled', ended_at = now(), lease = lease + 1, lease_until = null,
        reason = null, params = null
      where id = ${runId}`;
    await forgetStaged(tx, runId);
    await appendEvents(tx, await endedEvents(tx, run, 'cancelled', undefined));
    const { id: connectionId, appId } = connection;
    const entry = { actor: by, appId, connectionId, subject: { runId } };
    await recordAudit(tx, { ...entry, action: 'run.cancelled' });
    return 'cancelled';
  });
}

/** Forgets what a run kept after it was ended from outside. */
export async function forgetLeftPages({ sql }: Ledger, runId: number): Promise<void> {
  const [ended] = await sql`select 1 from runs where id = ${runId} and ended_at is not null`;
  if (ended !== undefined) await forgetStaged(sql, runId);
}
