import type { ConnectionStatus } from '../../contract/connection.js';
import type { LiveFigures } from '../../contract/live.js';
import type { Ledger } from '../database/open.js';
import { LANE_CLASS_NAMES, readFigures } from '../housekeeping/figures.js';
import { listWorkers } from '../housekeeping/worker-presence.js';

/** How far back endings are told, in minutes. */
const MINUTES = 30;
/** Endings counted, the newest first: several times what QuickBooks takes from one company. */
const ENDINGS_MAX = 200_000;

/** What is told of beside `due` and `failed`, which count the others at less cost. */
const ON_THEIR_WAY = ['syncing', 'checking', 'waiting'] as const;

/** What goes on right now; about 0.1 s for a million documents that wait. */
export async function readLive(ledger: Ledger): Promise<LiveFigures> {
  const [figures, [held], failedRuns, stopped, workers, minutes] = await Promise.all([
    readFigures(ledger, { statuses: ON_THEIR_WAY }),
    ledger.sql<{ at: Date; pushes: number; runs: number }[]>`
      select now() as at,
        (select count(*)::int from pushes where closed_at is null and lease_until > now()) as pushes,
        (select count(*)::int from runs where ended_at is null and lease_until > now()) as runs`,
    countFailedRuns(ledger),
    readStopped(ledger),
    listWorkers(ledger),
    readMinutes(ledger),
  ]);
  const { due, openPushes, unended, failed, connections, throttledCompanies } = figures;
  return {
    at: (held?.at ?? ledger.clock()).toISOString(),
    due: due.map(({ laneClass, ...rest }) => ({ laneClass: LANE_CLASS_NAMES[laneClass], ...rest })),
    unended,
    failed,
    pushes: {
      open: openPushes.reduce((sum, { pushes }) => sum + pushes, 0),
      held: held?.pushes ?? 0,
    },
    runsHeld: held?.runs ?? 0,
    failedRuns,
    workers,
    connections: connections.map(({ status, ...rest }) => ({
      status: status as ConnectionStatus,
      ...rest,
    })),
    stopped,
    throttledCompanies,
    minutes,
  };
}

/** Failures looked at, the newest first. */
const FAILED_RUNS_MAX = 200;

/** The last failure of a job counts until a later run of it made up for that. */
async function countFailedRuns({ sql }: Ledger): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) filter (where (
        select n.id from runs n where n.connection_id = r.connection_id and n.job = r.job
          and n.id > r.id and n.status = 'succeeded' limit 1) is null)::int as count
    from (
      select connection_id, job, max(id) as id from (
        select id, connection_id, job from runs where status = 'failed'
        order by id desc limit ${FAILED_RUNS_MAX}) failed group by 1, 2) r`;
  return row?.count ?? 0;
}

/** Stopped connections that are named. */
const NAMED_MAX = 5;

/** A hold by the business clock: it begins and ends without a change of the row. */
async function readStopped({ sql, clock }: Ledger): Promise<LiveFigures['stopped']> {
  const now = clock();
  const rows = await sql<{ by: 'hold' | 'pause'; connections: number; id: string; name: string }[]>`
    select * from (
      select c.by, c.id, c.name, count(*) over (partition by c.by)::int as connections,
        row_number() over (partition by c.by order by lower(c.name), c.id) as place
      from (
        select id, name, case status when 'paused' then 'pause' else 'hold' end as by
        from connections
        where status = 'paused'
          or (status = 'connected' and hold_from <= ${now} and hold_to > ${now})) c) s
    where s.place <= ${NAMED_MAX} order by s.by, s.place`;
  return (['hold', 'pause'] as const).flatMap((by) => {
    const named = rows.filter((row) => row.by === by);
    const [first] = named;
    if (first === undefined) return [];
    const names = named.map(({ id, name }) => ({ id, name }));
    return [{ by, connections: first.connections, named: names }];
  });
}

interface MinuteRow {
  at: Date;
  status: string;
  reason: string | null;
  documents: number;
}

async function readMinutes({ sql }: Ledger): Promise<LiveFigures['minutes']> {
  const rows = await sql<MinuteRow[]>`
    select date_trunc('minute', e.at) as at, e.status, e.reason, count(*)::int as documents
    from (
      select at, type, status, reason from events
      where at > now() - ${MINUTES} * interval '1 minute' order by at desc limit ${ENDINGS_MAX}) e
    where e.type = 'document.status_changed' and e.status in ('synced', 'failed')
    group by 1, 2, 3 order by 1`;
  const minutes = new Map<string, LiveFigures['minutes'][number]>();
  for (const { at, status, reason, documents } of rows) {
    const key = at.toISOString();
    const minute = minutes.get(key) ?? { at: key, synced: 0, failed: [] };
    minutes.set(key, minute);
    if (status === 'synced') minute.synced += documents;
    else minute.failed.push({ reason: reason ?? 'unknown', documents });
  }
  return [...minutes.values()];
}
