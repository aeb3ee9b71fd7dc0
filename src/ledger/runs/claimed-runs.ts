import type { ReadFeature } from '../../contract/reads.js';
import type { Reason } from '../../contract/reasons.js';
import { type RecordType, RUN_JOBS, type RunJob } from '../../contract/run.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';

/** A run this process holds. */
export interface ClaimedRun {
  id: number;
  connectionId: string;
  companyId: string;
  job: RunJob;
  types: RecordType[];
  /** Where it stopped, in the job's own shape; null at the beginning. */
  cursor: unknown;
  windowFrom: Date | null;
  windowTo: Date | null;
  progressDone: number;
  attempts: number;
  epoch: number;
  lease: number;
  startedAt: Date;
  /** A look for changes that began by the clock: what its reads are counted for. */
  feature: ReadFeature | null;
  /** Its connection has left the company since: nothing more is read there for it. */
  hasLeft: boolean;
}

/** The run is someone else's by now. */
export class RunLost extends Error {
  override name = 'RunLost';
}

/**
 * Claims a run for `leaseMs` on the database's clock; undefined when there is nothing to do, when only
 * a newer version knows what, or when its connection is locked: then it begins once that is open.
 */
export async function claimRun(
  ledger: Ledger,
  runId: number,
  leaseMs: number,
): Promise<ClaimedRun | undefined> {
  const [run] = await ledger.sql<ClaimedRun[]>`
    update runs set lease = lease + 1, status = 'running', reason = null, params = null,
      lease_until = now() + ${leaseMs} * interval '1 millisecond',
      started_at = coalesce(started_at, now())
    where id = ${runId} and ended_at is null and job = any(${[...RUN_JOBS]}::text[])
      and (not_before is null or not_before <= now())
      and (lease_until is null or lease_until <= now()) and ${hasAccess(ledger.sql)}
    returning id, connection_id, company_id, job, types, cursor, window_from, window_to,
      progress_done, attempts, epoch, lease, started_at, feature,
      not ${isForItsCompany(ledger.sql)} as has_left`;
  return run;
}

/** A locked connection reads nothing; changes are read for the others of its company. */
const hasAccess = (sql: AnySql) => sql`
  exists (select 1 from connections c where c.status <> 'locked' and (c.id = runs.connection_id
    or (runs.job = 'pull_changes' and c.company_id = runs.company_id)))`;

/** Others of the company may stay and keep its tokens; what is read for them all goes on. */
export const isForItsCompany = (sql: AnySql) => sql`
  (runs.job = 'pull_changes' or exists (select 1 from connections c
    where c.id = runs.connection_id and c.company_id = runs.company_id))`;

/**
 * Notes how far a run came, under its lease, and prolongs it.
 *
 * @throws RunLost also where its connection has left the company.
 */
export async function noteProgress(
  tx: Ledger['sql'] | Transaction,
  run: ClaimedRun,
  progress: { cursor: unknown; done: number; of?: number; reads: number; leaseMs: number },
): Promise<void> {
  const noted = await tx`
    update runs set cursor = ${progress.cursor === null ? null : tx.json(progress.cursor as never)},
      progress_done = ${progress.done}, reads = reads + ${progress.reads},
      -- More may be there by now than were counted.
      progress_of = greatest(coalesce(${progress.of ?? null}::int, progress_of), case
        when coalesce(${progress.of ?? null}::int, progress_of) is not null then ${progress.done}::int end),
      lease_until = now() + ${progress.leaseMs} * interval '1 millisecond'
    where id = ${run.id} and lease = ${run.lease} and ended_at is null and ${isForItsCompany(tx)}
    returning 1`;
  if (noted.count === 0) throw new RunLost(`Run ${run.id} is held by another worker`);
}

/** Puts the run off; its next wake-up has the epoch answered. */
export async function postponeRun(
  ledger: Ledger,
  run: ClaimedRun,
  delayMs: number,
  why: Reason | null,
  attempts: number,
): Promise<number> {
  const [row] = await ledger.sql<{ epoch: number }[]>`
    update runs set status = 'waiting', lease_until = null, epoch = epoch + 1,
      not_before = now() + ${delayMs} * interval '1 millisecond', attempts = ${attempts},
      reason = ${why?.name ?? null}, params = ${why === null ? null : ledger.sql.json(why.params as never)}
    where id = ${run.id} and lease = ${run.lease} and ended_at is null returning epoch`;
  if (row === undefined) throw new RunLost(`Run ${run.id} is held by another worker`);
  return row.epoch;
}

/** Gives a run back without an ending, as a worker does when it is stopped. */
export async function releaseRun(ledger: Ledger, run: ClaimedRun): Promise<void> {
  await ledger.sql`
    update runs set lease_until = null, status = 'queued' where id = ${run.id} and lease = ${run.lease}`;
}

/** Open runs nobody holds and whose time has come; the sweep adds their wake-ups again. */
export async function wakeableRuns(
  ledger: Ledger,
  quietMs: number,
  limit: number,
): Promise<{ id: number; epoch: number; wasPutOff: boolean }[]> {
  return ledger.sql`
    select id, epoch, not_before is not null as was_put_off from runs
    where ended_at is null and (lease_until is null or lease_until <= now())
      and ${hasAccess(ledger.sql)}
      and coalesce(not_before, created_at) <= now() - ${quietMs} * interval '1 millisecond'
    order by id limit ${limit}`;
}
