import type { Outcome } from '../contract/details.js';
import type { EventType } from '../contract/event.js';
import type { Reason } from '../contract/reasons.js';
import type { DocumentStatus } from '../contract/status.js';
import type { Warning } from '../contract/warnings.js';
import { type CountedFacts, recordCauses } from './causes.js';
import { insertTold } from './events.js';
import type { Transaction } from './open.js';
import { markReady } from './ready.js';
import type { DocumentRow, LaneClass } from './rows.js';

/**
 * Which status may follow which: the only way a status changes. A worker that comes late finds its
 * move not allowed any more and stops.
 */
export const ALLOWED_MOVES: Record<DocumentStatus, readonly DocumentStatus[]> = {
  not_ready: ['not_ready', 'queued', 'waiting', 'failed', 'skipped', 'cancelled', 'synced'],
  queued: ['queued', 'syncing', 'waiting', 'failed', 'not_ready', 'skipped', 'cancelled'],
  syncing: [
    'syncing',
    'queued',
    'waiting',
    'checking',
    'synced',
    'failed',
    'not_ready',
    'skipped',
    'voided',
    'deleted',
    'cancelled',
    'deleted_in_quickbooks',
  ],
  checking: [
    'checking',
    'syncing',
    'queued',
    'waiting',
    'synced',
    'failed',
    'not_ready',
    'voided',
    'deleted',
    'cancelled',
    'deleted_in_quickbooks',
  ],
  waiting: ['waiting', 'queued', 'syncing', 'failed', 'not_ready', 'skipped', 'cancelled'],
  synced: [
    'synced',
    'queued',
    'waiting',
    'failed',
    'not_ready',
    'voided',
    'deleted',
    'deleted_in_quickbooks',
  ],
  failed: ['failed', 'queued', 'waiting', 'not_ready', 'skipped', 'cancelled', 'synced'],
  skipped: ['skipped', 'queued', 'waiting', 'not_ready', 'failed', 'cancelled'],
  voided: ['voided', 'queued', 'waiting', 'not_ready', 'failed'],
  deleted: ['deleted', 'queued', 'waiting', 'not_ready', 'failed'],
  cancelled: ['cancelled', 'queued', 'waiting', 'not_ready', 'failed'],
  deleted_in_quickbooks: ['deleted_in_quickbooks', 'not_ready'],
};

/** Statuses the app is told about; the others are steps on the way and only history. */
const EVENT_BY_STATUS: Partial<Record<DocumentStatus, EventType>> = {
  not_ready: 'document.not_ready',
  checking: 'document.checking',
  waiting: 'document.waiting',
  synced: 'document.synced',
  failed: 'document.failed',
  skipped: 'document.skipped',
  voided: 'document.voided',
  deleted: 'document.deleted',
  cancelled: 'document.cancelled',
  deleted_in_quickbooks: 'document.deleted_in_quickbooks',
};

/** What becomes of one document; members left out stay as they are. */
export interface Move {
  to: DocumentStatus;
  /** The word of the history row. */
  what: string;
  reason?: Reason;
  /** Revision the move speaks of; default the latest. */
  revision?: number;
  releasedRevision?: number;
  syncedRevision?: number;
  warnings?: readonly Warning[];
  outcome?: Outcome;
  /** Milliseconds from now on the database's clock until it is due; null: not due. */
  dueInMs?: number | null;
  /** It had its turn already: due now, it goes before what was stated later. */
  turnAgain?: boolean;
  laneClass?: LaneClass;
  blockedBy?: number | null;
  attempts?: number;
  crashes?: number;
  alone?: boolean;
  inDoubt?: boolean;
  /** Amount it counted for in its cause, where that was changed since. */
  counted?: CountedFacts;
  /** Trace ids, request ids, look-up results; never contents. */
  evidence?: Record<string, unknown>;
}

/** A document as a decision sees it: locked, without its contents. */
export type LockedDocument = Omit<DocumentRow, 'wantedHash' | 'status' | 'warnings'> & {
  status: DocumentStatus;
  warnings: Warning[];
  appId: string;
};

/**
 * Locks documents, lets `decide` say what becomes of each, and records it all: row, history, causes,
 * events, due time. Set-based: however many documents, two statements, one more where one becomes
 * due, and those of causes and dependents where there are any.
 *
 * @returns ids that moved; a document whose move is not allowed from its status is left out.
 */
export async function moveDocuments(
  tx: Transaction,
  ids: readonly number[],
  decide: (document: LockedDocument) => Move | undefined,
  by: string,
): Promise<number[]> {
  if (ids.length === 0) return [];
  return moveLocked(tx, await lockDocuments(tx, ids), decide, by);
}

/** The same for documents that the transaction has locked already, in the order of their ids. */
export async function moveLocked<Locked extends LockedDocument>(
  tx: Transaction,
  locked: readonly Locked[],
  decide: (document: Locked) => Move | undefined,
  by: string,
): Promise<number[]> {
  const moves = locked.flatMap((document) => {
    const move = decide(document);
    const allowed = move !== undefined && ALLOWED_MOVES[document.status].includes(move.to);
    return allowed ? [{ document, move }] : [];
  });
  if (moves.length === 0) return [];
  await recordCauses(tx, moves);
  await recordMoves(tx, moves, by);
  await markReady(
    tx,
    moves.flatMap(({ document, move }) => readyAt(document, move)),
  );
  await releaseDependents(tx, moves);
  return moves.map(({ document }) => document.id);
}

/** Dependents released with their blocker; the sweep releases those beyond. */
const DEPENDENTS_MAX = 500;

/** Statuses in which a document is on its way: what needs it goes on waiting, a push may move it. */
export const ON_ITS_WAY: ReadonlySet<DocumentStatus> = new Set([
  'queued',
  'syncing',
  'checking',
  'waiting',
]);

/**
 * Lets go of what waited for a document, whatever ended its way: due again, or failed for the same
 * reason where the same app would fail for it.
 */
async function releaseDependents(tx: Transaction, moves: readonly DecidedMove[]): Promise<void> {
  const ended = new Map(
    moves
      .filter(({ document }) => document.kind === 'customer' || document.kind === 'item')
      .filter(({ move }) => move.syncedRevision !== undefined || !ON_ITS_WAY.has(move.to))
      .map((row) => [row.document.id, row]),
  );
  if (ended.size === 0) return;
  const dependents = await tx<{ id: number }[]>`
    select id from documents where blocked_by = any(${[...ended.keys()]}::bigint[])
    order by id limit ${DEPENDENTS_MAX}`;
  await moveDocuments(
    tx,
    dependents.map(({ id }) => id),
    (document) => {
      const blocker = document.blockedBy === null ? undefined : ended.get(document.blockedBy);
      return blocker === undefined ? undefined : dependentMove(document, blocker);
    },
    'worker',
  );
}

function dependentMove(document: LockedDocument, blocker: DecidedMove): Move {
  const { move } = blocker;
  const wasCreated = move.outcome?.operation === 'created';
  const name = blocker.document.party;
  const warnings = document.warnings.filter(
    (found) => wasCreated || found.name !== 'created' || found.params.name !== name,
  );
  // Another app's reason may speak of that app's data; its own attempt tells it its own.
  const failsToo =
    move.to === 'failed' &&
    move.syncedRevision === undefined &&
    blocker.document.appId === document.appId;
  if (failsToo && move.reason !== undefined) {
    return { to: 'failed', what: 'failed', reason: move.reason, warnings };
  }
  return { to: 'queued', what: 'released', dueInMs: 0, turnAgain: true, warnings };
}

export interface DecidedMove {
  document: LockedDocument;
  move: Move;
}

async function lockDocuments(tx: Transaction, ids: readonly number[]): Promise<LockedDocument[]> {
  // Always in the order of ids, so that two transactions never wait for each other in a circle.
  return tx<LockedDocument[]>`
    select d.*, c.app_id from documents d join connections c on c.id = d.connection_id
    where d.id = any(${ids as number[]}::bigint[]) order by d.id for no key update of d`;
}

/** Row, history and event of each move, in one statement. */
async function recordMoves(
  tx: Transaction,
  moves: readonly DecidedMove[],
  by: string,
): Promise<void> {
  await tx`
    with m as (
      select * from jsonb_to_recordset(${tx.json(moves.map(moveRow) as never)}) as m(
        place int, id bigint, old text, status text, reason text, params jsonb, released int,
        synced int, warnings jsonb, outcome jsonb, due_in_ms double precision, turn_again boolean,
        lane_class smallint, blocked_by bigint, attempts int, crashes int, alone boolean,
        in_doubt boolean, revision int, what text, evidence jsonb, event text)
    ), moved as (
      update documents d set
        status = m.status, reason = m.reason, params = m.params,
        status_since = case when d.status = m.status and d.reason is not distinct from m.reason
          then d.status_since else now() end,
        released_revision = m.released, synced_revision = m.synced, warnings = m.warnings,
        outcome = m.outcome, lane_class = m.lane_class, blocked_by = m.blocked_by,
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
      select d.connection_id, c.app_id, m.event as type, d.kind, d.external_id, m.revision, m.status,
        m.reason, m.place
      from m join moved d on d.id = m.id join connections c on c.id = d.connection_id
      where m.event is not null
    ), ${insertTold(tx)}`;
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
  // Names made on the way are ours, not the app's.
  return isNews && document.dependencyKey === null ? (EVENT_BY_STATUS[move.to] ?? null) : null;
}

function readyAt(document: LockedDocument, move: Move) {
  const { dueInMs } = move;
  if (document.companyId === null || dueInMs === undefined || dueInMs === null) return [];
  return [{ companyId: document.companyId, dueInMs }];
}
