import type { ReadFeature } from '../../contract/reads.js';
import { type RecordType, RUN_TYPES, type RunJob, type RunTrigger } from '../../contract/run.js';
import { leaveCauses } from '../causes/run-causes.js';
import type { Connection } from '../connections/connections.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import type { RunRow } from '../rows.js';

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

/** A run that was open may end before it can be answered; then there is room for another one. */
const TRIES_MAX = 3;

/** The same within a transaction. Undefined where its night had one already. */
export async function openRun(
  tx: Transaction,
  connection: Connection,
  asked: AskedRun,
): Promise<{ runId: number; created: boolean } | undefined> {
  if (connection.companyId === null) throw new RangeError('The connection is not connected');
  const { companyId } = connection;
  const { job, trigger, types = RUN_TYPES[job], window, night, feature } = asked;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const [row] = await tx<{ id: number }[]>`
      insert into runs (connection_id, company_id, job, trigger, types, window_from, window_to,
        night, feature)
      values (${connection.id}, ${companyId}, ${job}, ${trigger}, ${tx.json([...types])},
        ${window?.from ?? null}, ${window?.to ?? null}, ${night ?? null}, ${feature ?? null})
      on conflict do nothing returning id`;
    if (row !== undefined) {
      await leaveCauses(tx, { connectionId: connection.id, companyId, job });
      return { runId: row.id, created: true };
    }
    const [open] = await tx<{ id: number }[]>`
      select id from runs r where ${isOf(tx, connection)} and job = ${job} and ended_at is null`;
    if (open !== undefined) return { runId: open.id, created: false };
  }
  return undefined;
}

/** Whether the run `r` is the connection's to see. */
export const isOf = (sql: AnySql, { id, companyId }: Connection) => sql`
  (r.connection_id = ${id} or (r.job = 'pull_changes' and r.company_id = ${companyId}))`;

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

/** The epoch of an open run, for its first wake-up. */
export async function runEpoch(ledger: Ledger, runId: number): Promise<number | undefined> {
  const [row] = await ledger.sql<{ epoch: number }[]>`
    select epoch from runs where id = ${runId} and ended_at is null`;
  return row?.epoch;
}
