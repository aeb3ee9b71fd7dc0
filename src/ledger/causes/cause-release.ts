import { BULK_RATE } from '../../contract/bulk-action.js';
import type { CauseRelease, ReleaseScope } from '../../contract/causes.js';
import type { RecordType, RunJob } from '../../contract/run.js';
import { connectionById } from '../connections/connections.js';
import type { Ledger, Transaction } from '../database/open.js';
import { type BulkActionRow, insertBulkAction, readBulkAction } from '../documents/bulk-actions.js';
import { recordAudit } from '../people/audit.js';
import type { RunRow } from '../rows.js';
import { openRun } from '../runs/runs.js';
import { type CauseOwner, causeIdFrom } from './cause-answers.js';

/** A cause and the connections whose documents and runs are tried again. */
export interface CauseToRelease {
  id: number;
  /** Whose action it is; null: a person's, over every app. */
  appId: string | null;
  connectionIds: readonly string[];
}

/** What a release came to; undefined where there is no such cause. */
export type Released =
  | { outcome: 'released'; release: CauseRelease; runIds: number[] }
  /** Nothing was seen to be fixed, or nothing is held up. */
  | { outcome: 'refused'; detail: string };

/**
 * Tries again what fails for a cause: documents as a bulk action, names before what needs them, and
 * runs anew. Only of connections for which it was seen to be fixed, or of all.
 */
export async function releaseCause(
  ledger: Ledger,
  owner: CauseOwner,
  id: string,
  { only, by, actor }: { only: ReleaseScope; by: string; actor: string },
): Promise<Released | undefined> {
  const done = await ledger.sql.begin(async (tx) => {
    const [cause] = await tx<{ id: number; appId: string }[]>`
      select id, app_id from causes where id = ${causeIdFrom(id)}
        ${owner.appId === undefined ? tx`` : tx`and app_id = ${owner.appId}`}`;
    if (cause === undefined) return undefined;
    const connectionIds = await connectionsOf(tx, cause.id, only);
    if (connectionIds.length === 0) return 'refused' as const;
    const released = { id: cause.id, appId: owner.appId ?? null, connectionIds };
    return releaseInside(tx, released, { by, actor });
  });
  if (done === undefined) return undefined;
  if (done === 'refused') return { outcome: 'refused', detail: REFUSALS[only] };
  const { bulk, runIds } = done;
  const bulkAction = bulk === null ? null : await readBulkAction(ledger, owner, String(bulk.id));
  return {
    outcome: 'released',
    release: { bulkAction: bulkAction ?? null, runs: runIds.map(String) },
    runIds,
  };
}

const REFUSALS: { readonly [Scope in ReleaseScope]: string } = {
  fixed: 'It was not seen to be fixed. Say `only: "all"` to try everything again all the same.',
  all: 'It holds nothing up.',
};

async function connectionsOf(
  tx: Transaction,
  causeId: number,
  only: ReleaseScope,
): Promise<string[]> {
  const isFixed =
    only === 'all'
      ? tx`true`
      : tx`exists (select 1 from cause_fixes f where f.cause_id = ${causeId}
          and f.connection_id = held.connection_id and f.released_at is null)`;
  const rows = await tx<{ connectionId: string }[]>`
    select distinct connection_id from (
      select connection_id from cause_counts where cause_id = ${causeId} and documents > 0
      union all select connection_id from runs where cause_id = ${causeId}
    ) held where ${isFixed} order by 1`;
  return rows.map(({ connectionId }) => connectionId);
}

/** The same in the transaction of the caller. */
export async function releaseInside(
  tx: Transaction,
  { id, appId, connectionIds }: CauseToRelease,
  { by, actor }: { by: string; actor: string },
): Promise<{ bulk: BulkActionRow | null; runIds: number[] }> {
  await tx`
    insert into cause_fixes (cause_id, connection_id, released_at)
    select ${id}, connection_id, now() from unnest(${[...connectionIds]}::uuid[]) c(connection_id)
    order by connection_id
    on conflict (cause_id, connection_id) do update set released_at = now()`;
  const asked = {
    appId,
    action: 'retry' as const,
    filter: `cause:${id} status:failed`,
    selection: { causeId: id, connectionIds, statuses: ['failed'] },
    rate: BULK_RATE.default,
  };
  const [holds] = await tx`select 1 from documents where cause_id = ${id} limit 1`;
  const bulk = holds === undefined ? null : await insertBulkAction(tx, asked, { by, actor });
  const runIds = await startAnew(tx, id, connectionIds);
  await recordAudit(tx, {
    actor,
    action: 'cause.released',
    appId,
    subject: { cause: String(id), documents: bulk?.documents ?? 0, runs: runIds.map(String) },
  });
  return { bulk, runIds };
}

async function startAnew(
  tx: Transaction,
  causeId: number,
  connectionIds: readonly string[],
): Promise<number[]> {
  const runs = await tx<RunRow[]>`
    select * from runs
    where cause_id = ${causeId} and connection_id = any(${[...connectionIds]}::uuid[]) order by id`;
  const started: number[] = [];
  for (const run of runs) {
    const connection = await connectionById(tx, run.connectionId);
    if (connection?.companyId !== run.companyId) continue;
    const opened = await openRun(tx, connection, {
      job: run.job as RunJob,
      types: run.types as RecordType[],
      window: { from: run.windowFrom, to: run.windowTo },
      trigger: 'person',
    });
    if (opened !== undefined) started.push(opened.runId);
  }
  return started;
}
