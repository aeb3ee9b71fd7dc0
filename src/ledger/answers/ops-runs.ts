import type { OpsRun, OpsRunPage } from '../../contract/ops-connections.js';
import type { RunJob, RunStatus, RunTrigger } from '../../contract/run.js';
import { type Connection, connectionById } from '../connections/connections.js';
import type { Ledger } from '../database/open.js';
import { readRun } from '../runs/run-answers.js';
import { retryRun } from '../runs/runs.js';

/** Runs of every connection, for people with a role. */

export interface RunFilter {
  job?: RunJob | undefined;
  status?: RunStatus | undefined;
  trigger?: RunTrigger | undefined;
  connectionId?: string | undefined;
  after?: string | undefined;
  limit: number;
}

interface RunPlace {
  id: number;
  connectionId: string;
  app: string;
  createdAt: Date;
}

/** One page, newest first. */
export async function listOpsRuns(ledger: Ledger, filter: RunFilter): Promise<OpsRunPage> {
  const { sql } = ledger;
  const { job, status, trigger, connectionId, after, limit } = filter;
  const rows = await sql<RunPlace[]>`
    select r.id, r.connection_id, r.created_at, a.name as app
    from runs r join connections c on c.id = r.connection_id join apps a on a.id = c.app_id
    where true
      ${after === undefined || !/^\d{1,15}$/.test(after) ? sql`` : sql`and r.id < ${Number(after)}`}
      ${status === undefined ? sql`` : sql`and r.status = ${status}`}
      ${trigger === undefined ? sql`` : sql`and r.trigger = ${trigger}`}
      ${job === undefined ? sql`` : sql`and r.job = ${job}`}
      ${connectionId === undefined ? sql`` : sql`and r.connection_id = ${connectionId}`}
    order by r.id desc limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const runs = await Promise.all(page.map((row) => answerOf(ledger, row)));
  return {
    runs: runs.filter((run) => run !== undefined),
    after: rows.length > limit ? String(page.at(-1)?.id) : null,
  };
}

/** A run with its connection; undefined where there is none. */
export async function readOpsRun(
  ledger: Ledger,
  runId: number,
): Promise<{ run: OpsRun; connection: Connection } | undefined> {
  const [row] = await ledger.sql<RunPlace[]>`
    select r.id, r.connection_id, r.created_at, a.name as app
    from runs r join connections c on c.id = r.connection_id join apps a on a.id = c.app_id
    where r.id = ${runId}`;
  const connection =
    row === undefined ? undefined : await connectionById(ledger.sql, row.connectionId);
  const run = row === undefined ? undefined : await answerOf(ledger, row);
  return run === undefined || connection === undefined ? undefined : { run, connection };
}

/** Starts an ended run anew. Undefined where there is none. */
export async function retryOpsRun(
  ledger: Ledger,
  runId: number,
): Promise<{ runId: number; connection: Connection } | undefined> {
  const found = await readOpsRun(ledger, runId);
  if (found === undefined) return undefined;
  const started = await retryRun(ledger, found.connection, runId);
  return started && { runId: started.runId, connection: found.connection };
}

async function answerOf(ledger: Ledger, row: RunPlace): Promise<OpsRun | undefined> {
  const connection = await connectionById(ledger.sql, row.connectionId);
  const run = connection && (await readRun(ledger, connection, row.id));
  if (connection === undefined || run === undefined) return undefined;
  const { connection: id, ...rest } = run;
  return {
    ...rest,
    connection: { id, name: connection.name },
    app: row.app,
    createdAt: row.createdAt.toISOString(),
  };
}
