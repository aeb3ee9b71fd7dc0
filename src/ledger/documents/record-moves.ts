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
        synced int, warnings jsonb, outcome jsonb, money jsonb, is_money_new boolean,
        due_in_ms double precision, turn_again boolean, lane_class smallint, blocked_by bigint, attempts int, crashes int, alone boolean,
        in_doubt boolean, revision int, what text, evidence jsonb, event text)
    ), moved as (
      update documents d set
        status = m.status, reason = m.reason, params = m.params,
        status_since = case when d.status = m.status and d.reason is not distinct from m.reason
          then d.status_since else now() end,
        released_revision = coalesce(m.released, d.released_revision),
        synced_revision = coalesce(m.synced, d.synced_revision),
        warnings = coalesce(m.warnings, d.warnings), outcome = coalesce(m.outcome, d.outcome),
        money = case when m.is_money_new then m.money else d.money end,
        lane_class = coalesce(m.lane_class, d.lane_class), blocked_by = m.blocked_by,
        due_at = case when m.turn_again then least(d.created_at, now())
          else now() + m.due_in_ms * interval '1 millisecond' end,
        attempts = coalesce(m.attempts, d.attempts), crashes = coalesce(m.crashes, d.crashes),
        alone = coalesce(m.alone, d.alone), in_doubt = coalesce(m.in_doubt, d.in_doubt),
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

/** Members that stay, or are null, are left out: most moves change few of them. */
function moveRow({ document, move }: DecidedMove, place: number) {
  return {
    place,
    id: document.id,
    old: document.status,
    status: move.to,
    reason: move.reason?.name,
    params: move.reason?.params,
    released: move.releasedRevision,
    synced: move.syncedRevision,
    warnings: move.warnings,
    outcome: move.outcome,
    money: move.money ?? undefined,
    is_money_new: move.money === undefined ? undefined : true,
    due_in_ms: move.dueInMs ?? undefined,
    turn_again: move.turnAgain,
    lane_class: move.laneClass,
    blocked_by: move.blockedBy ?? undefined,
    attempts: move.attempts,
    crashes: move.crashes,
    alone: move.alone,
    in_doubt: move.inDoubt,
    revision: move.revision ?? document.revision,
    what: move.what,
    evidence: move.evidence,
    event: eventOf({ document, move }) ?? undefined,
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
