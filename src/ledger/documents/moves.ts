import type { Outcome } from '../../contract/details.js';
import type { Reason } from '../../contract/reasons.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { Warning } from '../../contract/warnings.js';
import { type CountedFacts, recordCauses } from '../causes/causes.js';
import type { Transaction } from '../database/open.js';
import type { DocumentRow, LaneClass } from '../rows.js';
import type { StoredMoney } from '../statements/money.js';
import { following } from './dependents.js';
import { markReady } from './ready.js';
import { recordMoves } from './record-moves.js';

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
    'skipped',
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
    'skipped',
    'voided',
    'deleted',
    'deleted_in_quickbooks',
  ],
  failed: [
    'failed',
    'queued',
    'waiting',
    'not_ready',
    'skipped',
    'cancelled',
    'synced',
    'deleted_in_quickbooks',
  ],
  skipped: ['skipped', 'queued', 'waiting', 'not_ready', 'failed', 'cancelled', 'synced'],
  voided: ['voided', 'queued', 'waiting', 'not_ready', 'skipped', 'failed'],
  deleted: ['deleted', 'queued', 'waiting', 'not_ready', 'skipped', 'failed'],
  cancelled: ['cancelled', 'queued', 'waiting', 'not_ready', 'skipped', 'failed'],
  deleted_in_quickbooks: ['deleted_in_quickbooks', 'not_ready'],
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
  money?: StoredMoney | null;
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
  /** QuickBooks has it all the same, though it failed. */
  isInQuickBooks?: boolean;
  /** Amount it counted for in its cause, where that was changed since. */
  counted?: CountedFacts;
  /** Trace ids, request ids, look-up results; never contents. */
  evidence?: Record<string, unknown>;
}

export { ON_ITS_WAY } from './dependents.js';

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
  const waitedFor = await recordMoves(tx, moves, by);
  await markReady(
    tx,
    moves.flatMap(({ document, move }) => readyAt(document, move)),
  );
  for (const { ids, decide: follow } of await following(tx, moves, waitedFor)) {
    await moveDocuments(tx, ids, follow, 'worker');
  }
  return moves.map(({ document }) => document.id);
}

export interface DecidedMove {
  document: LockedDocument;
  move: Move;
}

async function lockDocuments(tx: Transaction, ids: readonly number[]): Promise<LockedDocument[]> {
  // Always in the order of ids, so that two transactions never wait for each other in a circle. The
  // connection is looked up for each: joined, PostgreSQL may begin with it and read all it ever stated.
  // Of a list in a sub-select it does not count the members, and keeps its plan.
  return tx<LockedDocument[]>`
    select d.*, c.app_id from documents d
      cross join lateral (select app_id from connections where id = d.connection_id offset 0) c
    where d.id = any((select ${ids as number[]}::bigint[])::bigint[])
    order by d.id for no key update of d`;
}

function readyAt(document: LockedDocument, move: Move) {
  const { dueInMs } = move;
  if (document.companyId === null || dueInMs === undefined || dueInMs === null) return [];
  return [{ companyId: document.companyId, dueInMs }];
}
