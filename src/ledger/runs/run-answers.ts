import type { RunAnswer } from '../../contract/answers.js';
import { type ReasonName, sentenceOf, storedReason } from '../../contract/reasons.js';
import type { RecordType, RunJob, RunStatus, RunTrigger } from '../../contract/run.js';
import type { Connection } from '../connections/connections.js';
import type { Ledger } from '../database/open.js';
import type { RunRow } from '../rows.js';
import { isOf } from './runs.js';

export async function readRun(
  ledger: Ledger,
  connection: Connection,
  runId: number,
): Promise<RunAnswer | undefined> {
  const [row] = await ledger.sql<RunRow[]>`
    select * from runs r where id = ${runId} and ${isOf(ledger.sql, connection)}`;
  return row === undefined ? undefined : runAnswer(row, connection);
}

export async function listRuns(
  ledger: Ledger,
  connection: Connection,
  limit: number,
): Promise<RunAnswer[]> {
  const rows = await ledger.sql<RunRow[]>`
    select * from runs r where ${isOf(ledger.sql, connection)} order by id desc limit ${limit}`;
  return rows.map((row) => runAnswer(row, connection));
}

/** What is said of a run to whoever may see its connection. */
export function runAnswer(row: RunRow, connection: Connection): RunAnswer {
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
