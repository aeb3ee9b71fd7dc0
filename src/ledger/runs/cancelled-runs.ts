import { leaveCauses } from '../causes/run-causes.js';
import { forgetStaged } from '../companies/records.js';
import type { Connection } from '../connections/connections.js';
import type { Ledger, Transaction } from '../database/open.js';
import { appendEvents, type NewEvent } from '../events/events.js';
import { recordAudit } from '../people/audit.js';
import type { ClaimedRun } from './claimed-runs.js';
import { FREED_FIRST_MS, freeWebhooks } from './freed-webhooks.js';
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
    await cancelIn(tx, [runId]);
    await forgetStaged(tx, runId);
    // Not at once: whoever cancelled it does not want it back the next moment.
    await freeWebhooks(tx, { runId, now: ledger.clock() }, FREED_FIRST_MS);
    await appendEvents(tx, await endedEvents(tx, run, 'cancelled', undefined));
    const { id: connectionId, appId } = connection;
    const entry = { actor: by, appId, connectionId, subject: { runId } };
    await recordAudit(tx, { ...entry, action: 'run.cancelled' });
    return 'cancelled';
  });
}

async function cancelIn(tx: Transaction, runIds: readonly number[]): Promise<void> {
  await tx`
    update runs set status = 'cancelled', ended_at = now(), lease = lease + 1, lease_until = null,
      reason = null, params = null
    where id = any(${runIds as number[]}::bigint[])`;
}

/**
 * Ends the import of contacts of a connection that does not take them over any more, and lets one that
 * failed be told no more: turned on again, another one begins at the first.
 *
 * @returns what its app is to be told, once the counters of events may be taken.
 */
export async function cancelContactsImport(
  tx: Transaction,
  { id: connectionId, companyId }: Pick<Connection, 'id' | 'companyId'>,
): Promise<NewEvent[]> {
  const job = 'import_contacts' as const;
  const open = await tx<CancelledRow[]>`
    select id, job, connection_id, company_id, ended_at, status from runs
    where connection_id = ${connectionId} and job = ${job} and ended_at is null for update`;
  await cancelIn(
    tx,
    open.map(({ id }) => id),
  );
  if (companyId !== null) await leaveCauses(tx, { connectionId, companyId, job });
  const told = await Promise.all(open.map((run) => endedEvents(tx, run, 'cancelled', undefined)));
  return told.flat();
}

/** Forgets what a run kept after it was ended from outside. */
export async function forgetLeftPages({ sql }: Ledger, runId: number): Promise<void> {
  const [ended] = await sql`select 1 from runs where id = ${runId} and ended_at is not null`;
  if (ended !== undefined) await forgetStaged(sql, runId);
}
