import type { RunAnswer } from '../contract/answers.js';
import type { ReadFeature } from '../contract/reads.js';
import { type Reason, type ReasonName, sentenceOf, storedReason } from '../contract/reasons.js';
import {
  type RecordType,
  RUN_JOBS,
  RUN_TYPES,
  type RunJob,
  type RunStatus,
  type RunTrigger,
} from '../contract/run.js';
import type { Connection } from './connections.js';
import { appendEvents, type NewEvent } from './events.js';
import type { AnySql, Ledger, Transaction } from './open.js';
import { forgetStaged } from './records.js';
import type { RunRow } from './rows.js';
import { joinCause, leaveCauses } from './run-causes.js';

/** What somebody asks for. */
export interface AskedRun {
  job: RunJob;
  /** Default: the job's own. */
  types?: readonly RecordType[] | undefined;
  /** The span it is about, for jobs that have one. */
  window?: { from: Date | null; to: Date | null } | undefined;
  trigger: RunTrigger;
  /** The local date of the night it is for: that begins the job of a connection once. */
  night?: string | undefined;
  /** Of a look for changes that begins by the clock: what its reads are counted for. */
  feature?: ReadFeature | undefined;
}

/**
 * Starts a run, or answers the one that is already open: pressed twice, it runs once. Changes are the
 * company's: another connection's open run of them is answered as well.
 * @throws RangeError when the connection has no company.
 */
export async function startRun(
  ledger: Ledger,
  connection: Connection,
  asked: AskedRun,
): Promise<{ runId: number; created: boolean }> {
  return ledger.sql.begin(async (tx) => {
    const opened = await openRun(tx, connection, asked);
    if (opened === undefined) throw new Error('A run ended while it was asked for; ask again');
    return opened;
  });
}

/**
 * The same within a transaction. Undefined where its night had one already, or where one ended this
 * moment.
 */
export async function openRun(
  tx: Transaction,
  connection: Connection,
  asked: AskedRun,
): Promise<{ runId: number; created: boolean } | undefined> {
  if (connection.companyId === null) throw new RangeError('The connection is not connected');
  const { companyId } = connection;
  const { job, trigger, types = RUN_TYPES[job], window, night, feature } = asked;
  const [row] = await tx<{ id: number }[]>`
    insert into runs (connection_id, company_id, job, trigger, types, window_from, window_to, night,
      feature)
    values (${connection.id}, ${companyId}, ${job}, ${trigger}, ${tx.json([...types])},
      ${window?.from ?? null}, ${window?.to ?? null}, ${night ?? null}, ${feature ?? null})
    on conflict do nothing returning id`;
  if (row !== undefined) {
    await leaveCauses(tx, { connectionId: connection.id, companyId, job });
    return { runId: row.id, created: true };
  }
  const [open] = await tx<{ id: number }[]>`
    select id from runs r where ${isOf(tx, connection)} and job = ${job} and ended_at is null`;
  return open === undefined ? undefined : { runId: open.id, created: false };
}

/** Whether the run `r` is the connection's to see. */
export const isOf = (sql: AnySql, { id, companyId }: Connection) => sql`
  (r.connection_id = ${id} or (r.job = 'pull_changes' and r.company_id = ${companyId}))`;

export async function readRun(
  ledger: Ledger,
  connection: Connection,
  runId: number,
): Promise<RunAnswer | undefined> {
  const [row] = await ledger.sql<RunRow[]>`
    select * from runs r where id = ${runId} and ${isOf(ledger.sql, connection)}`;
  return row === undefined ? undefined : answerOf(row, connection);
}

export async function listRuns(
  ledger: Ledger,
  connection: Connection,
  limit: number,
): Promise<RunAnswer[]> {
  const rows = await ledger.sql<RunRow[]>`
    select * from runs r where ${isOf(ledger.sql, connection)} order by id desc limit ${limit}`;
  return rows.map((row) => answerOf(row, connection));
}

/** Starts a failed run anew, as a run of its own. Undefined where there is no such run. */
export async function retryRun(
  ledger: Ledger,
  connection: Connection,
  runId: number,
): Promise<{ runId: number; created: boolean } | undefined> {
  const [row] = await ledger.sql<RunRow[]>`
    select * from runs r where id = ${runId} and ${isOf(ledger.sql, connection)}`;
  if (row === undefined) return undefined;
  if (row.endedAt === null) return { runId, created: false };
  const window = { from: row.windowFrom, to: row.windowTo };
  return startRun(ledger, connection, {
    job: row.job as RunJob,
    types: row.types as RecordType[],
    window,
    trigger: 'person',
  });
}

function answerOf(row: RunRow, connection: Connection): RunAnswer {
  const why = storedReason(row.reason, row.params);
  const { refreshLabel, documentWord } = connection.settings;
  const context = {
    kind: 'invoice',
    number: null,
    currency: undefined,
    documentWord,
    refreshLabel,
  } as const;
  return {
    id: String(row.id),
    connection: connection.id,
    job: row.job as RunJob,
    trigger: row.trigger as RunTrigger,
    types: row.types as RecordType[],
    window: {
      from: row.windowFrom?.toISOString() ?? null,
      to: row.windowTo?.toISOString() ?? null,
    },
    progress: { done: row.progressDone, of: row.progressOf },
    status: row.status as RunStatus,
    reason: row.reason as ReasonName | null,
    details: why === undefined ? '' : sentenceOf(why, context),
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    reads: row.reads,
  };
}

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
      progress_done, attempts, epoch, lease, started_at, feature`;
  return run;
}

/** A locked connection reads nothing; changes are read for the others of its company. */
const hasAccess = (sql: AnySql) => sql`
  exists (select 1 from connections c where c.status <> 'locked' and (c.id = runs.connection_id
    or (runs.job = 'pull_changes' and c.company_id = runs.company_id)))`;

/** Notes how far a run came, under its lease, and prolongs it. @throws RunLost */
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
    where id = ${run.id} and lease = ${run.lease} and ended_at is null returning 1`;
  if (noted.count === 0) throw new RunLost(`Run ${run.id} is held by another worker`);
}

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
  await ledger.sql.begin((tx) => endFailed(tx, run, why));
}

async function endFailed(tx: Transaction, run: ClaimedRun, why: Reason): Promise<void> {
  await closeRun(tx, run, 'failed', why);
  await joinCause(tx, run, why);
  await appendEvents(tx, await endedEvents(tx, run, 'failed', why));
  await tx`
    update record_lists set stale = true
    where company_id = ${run.companyId} and type = any(${run.types as string[]})`;
  await forgetStaged(tx, run.id);
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
    if (connected.count > 0) return false;
    await endFailed(tx, run, why);
    return true;
  });
}

/** A run of changes is the company's: whoever asked while it was open was given it, and is told too. */
async function endedEvents(
  tx: Transaction,
  { id: runId, job, connectionId, companyId }: ClaimedRun,
  status: 'succeeded' | 'failed',
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

/** The epoch of an open run, for its first wake-up. */
export async function runEpoch(ledger: Ledger, runId: number): Promise<number | undefined> {
  const [row] = await ledger.sql<{ epoch: number }[]>`
    select epoch from runs where id = ${runId} and ended_at is null`;
  return row?.epoch;
}
