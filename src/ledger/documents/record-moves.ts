import { type DocumentKind, traitsOf } from '../../contract/documents/index.js';
import type { EventType } from '../../contract/event.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { Transaction } from '../database/open.js';
import { insertTold } from '../events/events.js';
import type { DecidedMove } from './moves.js';

/** Steps on the way, which are only history: the app is told of every other status. */
const STEPS: ReadonlySet<DocumentStatus> = new Set(['queued', 'syncing']);

/**
 * Row, history and event of each move, in one statement.
 *
 * @returns which of them other documents wait for.
 */
export async function recordMoves(
  tx: Transaction,
  moves: readonly DecidedMove[],
  by: string,
): Promise<ReadonlySet<number>> {
  const waitedFor = await tx<{ id: number }[]>`
    with m as (
      select * from jsonb_to_recordset(${tx.json(moves.map(moveRow) as never)}) as m(
        place int, id bigint, old text, status text, reason text, params jsonb, released int,
        synced int, warnings jsonb, outcome jsonb, money jsonb, due_in_ms double precision, turn_again boolean,
        lane_class smallint, blocked_by bigint, attempts int, crashes int, alone boolean,
        in_doubt boolean, revision int, what text, evidence jsonb, event text)
    ), moved as (
      update documents d set
        status = m.status, reason = m.reason, params = m.params,
        status_since = case when d.status = m.status and d.reason is not distinct from m.reason
          then d.status_since else now() end,
        released_revision = m.released, synced_revision = m.synced, warnings = m.warnings,
        outcome = m.outcome, money = m.money, lane_class = m.lane_class, blocked_by = m.blocked_by,
        due_at = case when m.turn_again then least(d.created_at, now())
          else now() + m.due_in_ms * interval '1 millisecond' end,
        attempts = m.attempts, crashes = m.crashes, alone = m.alone, in_doubt = m.in_doubt,
        updated_at = now()
      from m where d.id = m.id and d.status = m.old
      returning d.id, d.connection_id, d.kind, d.external_id
    ), noted as (
      insert into document_history (document_id, revision, what, status, reason, params, evidence, by)
      select id, revision, what, status, reason, params, evidence, ${by} from m order by place
    ), told as (
      select d.connection_id, c.app_id, m.event as type, d.kind, d.external_id, m.revision,
        null as record_type, null as record_id, null::bigint as run_id, m.status, m.reason, m.place
      from m join moved d on d.id = m.id join connections c on c.id = d.connection_id
      where m.event is not null
    ), ${insertTold(tx)}
    select m.id from m where exists (select 1 from documents b where b.blocked_by = m.id)`;
  return new Set(waitedFor.map(({ id }) => id));
}

function moveRow({ document, move }: DecidedMove, place: number) {
  return {
    place,
    id: document.id,
    old: document.status,
    status: move.to,
    reason: move.reason?.name ?? null,
    params: move.reason?.params ?? null,
    released: move.releasedRevision ?? document.releasedRevision,
    synced: move.syncedRevision ?? document.syncedRevision,
    warnings: move.warnings ?? document.warnings,
    outcome: move.outcome ?? document.outcome,
    money: move.money === undefined ? document.money : move.money,
    due_in_ms: move.dueInMs ?? null,
    turn_again: move.turnAgain ?? false,
    lane_class: move.laneClass ?? document.laneClass,
    blocked_by: move.blockedBy ?? null,
    attempts: move.attempts ?? document.attempts,
    crashes: move.crashes ?? document.crashes,
    alone: move.alone ?? document.alone,
    in_doubt: move.inDoubt ?? document.inDoubt,
    revision: move.revision ?? document.revision,
    what: move.what,
    evidence: move.evidence ?? null,
    event: eventOf({ document, move }),
  };
}

/** What the app is told of it, if anything. */
function eventOf({ document, move }: DecidedMove): EventType | null {
  const isNews =
    document.status !== move.to ||
    document.reason !== (move.reason?.name ?? null) ||
    move.syncedRevision !== undefined;
  // What is made on the way is ours, not the app's; so is a file that another one has replaced.
  const isOurs =
    document.dependencyKey !== null ||
    (document.kind === 'attachment'
      ? document.statedIn !== null
      : !traitsOf(document.kind as DocumentKind).isStated);
  return isNews && !isOurs && !STEPS.has(move.to) ? 'document.status_changed' : null;
}
