import type { Reason } from '../../contract/reasons.js';
import type { RecordType } from '../../contract/run.js';
import { joinCause, leaveCauses } from '../causes/run-causes.js';
import { forgetStaged } from '../companies/records.js';
import type { Ledger, Transaction } from '../database/open.js';
import { appendEvents, type NewEvent } from '../events/events.js';
import { type ClaimedRun, isForItsCompany, RunLost } from './claimed-runs.js';
import { freeAfterFailure, freeWebhooks } from './freed-webhooks.js';

/**
 * Ends the run as succeeded, and does in the same transaction what makes it one.
 *
 * @param reads those that no progress was noted for.
 * @param alongside answers which lists were swapped: all connections of the company are told of them.
 * @throws RunLost
 */
export async function succeedRun(
  ledger: Ledger,
  run: ClaimedRun,
  reads: number,
  alongside: (tx: Transaction) => Promise<readonly RecordType[]>,
): Promise<void> {
  await ledger.sql.begin(async (tx) => {
    await closeRun(tx, run, 'succeeded', undefined, reads);
    await leaveCauses(tx, run);
    const swapped = await alongside(tx);
    const connections = await tx<{ id: string; appId: string }[]>`
      select id, app_id from connections where company_id = ${run.companyId} order by id`;
    const refreshed = connections.flatMap(({ id, appId }) =>
      swapped.map((type) => ({
        connectionId: id,
        appId,
        type: 'records.refreshed' as const,
        record: { type },
      })),
    );
    // All in one statement: counters of several connections are taken in one order.
    // Looks that begin every few minutes would be most of what an app is told.
    const ended = run.feature === null ? await endedEvents(tx, run, 'succeeded', undefined) : [];
    await appendEvents(tx, [...refreshed, ...ended]);
  });
}

/** Ends the run as failed; lists it was to bring stay as they were, marked stale. @throws RunLost */
export async function failRun(ledger: Ledger, run: ClaimedRun, why: Reason): Promise<void> {
  await ledger.sql.begin((tx) => endFailed(ledger, tx, run, why));
}

async function endFailed(
  { clock }: Ledger,
  tx: Transaction,
  run: ClaimedRun,
  why: Reason,
): Promise<void> {
  await closeRun(tx, run, 'failed', why);
  await joinCause(tx, run, why);
  await appendEvents(tx, await endedEvents(tx, run, 'failed', why));
  // Lists are of those who stay.
  if (!run.hasLeft) {
    await tx`
      update record_lists set stale = true
      where company_id = ${run.companyId} and type = any(${run.types as string[]})`;
  }
  await forgetStaged(tx, run.id);
  // These go on once the company can be called, and not before.
  const ended = { runId: run.id, now: clock() };
  if (why.name === 'reconnect_needed') await freeWebhooks(tx, ended, 0);
  else await freeAfterFailure(tx, { ...ended, companyId: run.companyId });
}

/**
 * Ends the run as failed for want of a connection. False where somebody has connected meanwhile:
 * whoever did asked for a run and was given this one, so it goes on. @throws RunLost
 */
export async function failUnlessConnected(
  ledger: Ledger,
  run: ClaimedRun,
  why: Reason,
): Promise<boolean> {
  return ledger.sql.begin(async (tx) => {
    // Whoever connects holds the row, and asks for its run once it is through.
    const connected = await tx`
      select 1 from companies where id = ${run.companyId} and status = 'connected' for share`;
    const stays = await tx`select 1 from runs where id = ${run.id} and ${isForItsCompany(tx)}`;
    if (connected.count > 0 && stays.count > 0) return false;
    await endFailed(ledger, tx, run, why);
    return true;
  });
}

/** A run of changes is the company's: whoever asked while it was open was given it, and is told too. */
export async function endedEvents(
  tx: Transaction,
  {
    id: runId,
    job,
    connectionId,
    companyId,
  }: Pick<ClaimedRun, 'id' | 'job' | 'connectionId' | 'companyId'>,
  status: 'succeeded' | 'failed' | 'cancelled',
  why: Reason | undefined,
): Promise<NewEvent[]> {
  const rows = await tx<{ id: string; appId: string }[]>`
    select id, app_id from connections
    where id = ${connectionId} or (${job === 'pull_changes'} and company_id = ${companyId})
    order by id`;
  return rows.map(({ id, appId }) => ({
    connectionId: id,
    appId,
    type: 'run.ended',
    runId,
    status,
    reason: why?.name ?? null,
  }));
}

async function closeRun(
  tx: Transaction,
  run: ClaimedRun,
  status: 'succeeded' | 'failed',
  why: Reason | undefined,
  reads = 0,
): Promise<void> {
  const ended = await tx`
    update runs set status = ${status}, ended_at = now(), lease_until = null, reads = reads + ${reads},
      reason = ${why?.name ?? null}, params = ${why === undefined ? null : tx.json(why.params as never)}
    where id = ${run.id} and lease = ${run.lease} and ended_at is null returning 1`;
  if (ended.count === 0) throw new RunLost(`Run ${run.id} is held by another worker`);
}
