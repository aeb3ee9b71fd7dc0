import { reason, storedReason } from '../../contract/reasons.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { Warning } from '../../contract/warnings.js';
import type { Transaction } from '../database/open.js';
import { type LockedDocument, type Move, moveDocuments } from '../documents/moves.js';
import type { Standing } from '../documents/standing.js';
import { type DocumentRow, LANE_CLASS } from '../rows.js';
import type { Statement } from './statements.js';

interface Placement {
  standing: Standing;
  revision: number;
  statement: Statement;
  isNew: boolean;
  /** QuickBooks holds this revision already. */
  asSent: boolean;
  /** A person's correction was wanted until now. */
  endsCorrection: boolean;
}

/** Moves a document that was stated or withdrawn to where it stands by that. */
export async function stand(
  tx: Transaction,
  row: DocumentRow,
  { standing, revision, isNew, statement, asSent, endsCorrection }: Placement,
  by: string,
): Promise<void> {
  const what = wordOf(statement, endsCorrection);
  await moveDocuments(
    tx,
    [row.id],
    (document) => {
      const released = standing.released ? { releasedRevision: revision } : {};
      // While a revision is on its way its ending decides what comes next; this one is only noted.
      if (document.status === 'syncing' || document.status === 'checking') {
        const { reason: name, params } = document;
        return { ...released, to: document.status, what, reason: storedReason(name, params) };
      }
      if (asSent) return { ...released, ...heldAlready(document, revision), what };
      const move =
        behindOwner(statement, standing) ?? moveFor(standing, document.warnings, document.status);
      if (move === undefined) return undefined;
      return {
        attempts: 0,
        // What it counted for while it failed; this revision may be worth something else.
        counted: row,
        ...released,
        ...unreleased(standing, document.syncedRevision),
        ...tryingAgain(document),
        ...move,
        what: isNew ? 'stated' : what,
      };
    },
    by,
  );
}

function wordOf({ withdrawal, correctedBy }: Statement, endsCorrection: boolean): string {
  if (withdrawal !== null) return 'withdrawn';
  if (correctedBy !== undefined) return 'corrected';
  return endsCorrection ? 'correction_replaced' : 'stated';
}

/** The revision counts as synced, with what is known of the one before. */
function heldAlready({ money }: LockedDocument, revision: number): Omit<Move, 'what'> {
  return {
    to: 'synced',
    syncedRevision: revision,
    money: money === null ? null : { ...money, revision },
  };
}

/** What is stated inside a document that is on its way waits for it. */
function behindOwner({ within, withdrawal }: Statement, { status }: Standing) {
  if (within?.goesFirst !== true || withdrawal !== null || status !== 'queued') return undefined;
  const { kind, externalId, id: blockedBy } = within;
  const why = reason('blocked_by', { kind, externalId });
  return { to: 'waiting', reason: why, blockedBy, warnings: [] } as const;
}

/** A document that is no longer sendable is no longer released either. */
function unreleased(standing: Standing, syncedRevision: number): Partial<Move> {
  return standing.status === 'not_ready' ||
    standing.status === 'skipped' ||
    standing.status === 'failed' ||
    standing.status === 'cancelled'
    ? { releasedRevision: syncedRevision }
    : {};
}

/** Stating what had failed is a retry: names it needs that had failed are tried again as well. */
function tryingAgain({ status, laneClass }: LockedDocument): Partial<Move> {
  return status === 'failed' && laneClass === LANE_CLASS.live
    ? { laneClass: LANE_CLASS.retry }
    : {};
}

/** The move a standing asks for; also used by the click and by a retry. */
export function moveFor(
  standing: Standing,
  warnings: readonly Warning[],
  current: DocumentStatus,
): Omit<Move, 'what'> | undefined {
  switch (standing.status) {
    case 'queued':
      return { to: 'queued', dueInMs: 0, warnings: [] };
    case 'waiting':
      return { to: 'waiting', reason: standing.reason, warnings: [] };
    case 'not_ready':
    case 'skipped':
    case 'failed':
      return { to: standing.status, reason: standing.reason };
    case 'cancelled':
      return { to: 'cancelled' };
    case 'changed_after_export':
      return {
        to: 'synced',
        warnings: [
          ...warnings.filter(({ name }) => name !== 'changed_after_export'),
          { name: 'changed_after_export' },
        ],
      };
    case 'unchanged':
      return { to: current };
  }
}
