import type { OpsRun, OpsRunPage } from '../../contract/ops-connections.js';
import type { RunJob, RunStatus, RunTrigger } from '../../contract/run.js';
import { type Connection, connectionById, connectionsByIds } from '../connections/connections.js';
import type { Ledger } from '../database/open.js';
import type { RunRow } from '../rows.js';
import { runAnswer } from '../runs/run-answers.js';
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

type OpsRunRow = RunRow & { app: string };

/** One page, newest first. */
export async function listOpsRuns(ledger: Ledger, filter: RunFilter): Promise<OpsRunPage> {
  const { sql } = ledger;
  const { job, status, trigger, connectionId, after, limit } = filter;
  const rows = await sql<OpsRunRow[]>`
    select r.*, a.name as app
    from runs r join connections c on c.id = r.connection_id join apps a on a.id = c.app_id
    where true
      ${after === undefined || !/^\d{1,15}$/.test(after) ? sql`` : sql`and r.id < ${Number(after)}`}
      ${status === undefined ? sql`` : sql`and r.status = ${status}`}
      ${trigger === undefined ? sql`` : sql`and r.trigger = ${trigger}`}
      ${job === undefined ? sql`` : sql`and r.job = ${job}`}
      ${connectionId === undefined ? sql`` : sql`and r.connection_id = ${connectionId}`}
    order by r.id desc limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const connections = await connectionsByIds(
    sql,
    page.map((row) => row.connectionId),
  );
  return {
    runs: page.flatMap((row) => {
      const connection = connections.get(row.connectionId);
      return connection === undefined ? [] : answerOf(row, connection);
    }),
    after: rows.length > limit ? String(page.at(-1)?.id) : null,
  };
}

/** A run with its connection; undefined where there is none. */
export async function readOpsRun(
  ledger: Ledger,
  runId: number,
): Promise<{ run: OpsRun; connection: Connection } | undefined> {
  const [row] = await ledger.sql<OpsRunRow[]>`
    select r.*, a.name as app
    from runs r join connections c on c.id = r.connection_id join apps a on a.id = c.app_id
    where r.id = ${runId}`;
  const connection =
    row === undefined ? undefined : await connectionById(ledger.sql, row.connectionId);
  if (row === undefined || connection === undefined) return undefined;
  return { run: answerOf(row, connection), connection };
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

function answerOf(row: OpsRunRow, connection: Connection): OpsRun {
  const { connection: id, ...rest } = runAnswer(row, connection);
  return {
    ...rest,
    connection: { id, name: connection.name },
    app: row.app,
    createdAt: row.createdAt.toISOString(),
  };
}
