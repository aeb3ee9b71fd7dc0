import { DOCUMENT_KINDS, type DocumentKind, traitsOf } from '../../contract/documents/index.js';
import { reason } from '../../contract/reasons.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { AnySql, Transaction } from '../database/open.js';
import { isTold } from '../statements/told-key.js';
import type { DecidedMove, LockedDocument, Move } from './moves.js';

/** Statuses in which a document is on its way: what needs it goes on waiting, a push may move it. */
export const ON_ITS_WAY: ReadonlySet<DocumentStatus> = new Set([
  'queued',
  'syncing',
  'checking',
  'waiting',
]);

/** Statuses of a document that is not in QuickBooks any more, and will not be. */
const GONE: ReadonlySet<DocumentStatus> = new Set([
  'voided',
  'deleted',
  'cancelled',
  'deleted_in_quickbooks',
]);

/** Dependents released with their blocker; the sweep releases those beyond. */
const DEPENDENTS_MAX = 500;

/** What becomes of some documents because others moved. */
export interface Following {
  ids: number[];
  decide(document: LockedDocument): Move | undefined;
}

/**
 * Who moves because these did: documents that waited for one of them, and the credit memo of a
 * credit that was applied, or could not be.
 *
 * @param waitedFor ids of those that other documents wait for
 */
export async function following(
  tx: Transaction,
  moves: readonly DecidedMove[],
  waitedFor: ReadonlySet<number>,
): Promise<Following[]> {
  const all = [await dependentsOf(tx, moves, waitedFor), memosOf(moves)];
  return all.filter(({ ids }) => ids.length > 0);
}

async function dependentsOf(
  tx: Transaction,
  moves: readonly DecidedMove[],
  waitedFor: ReadonlySet<number>,
): Promise<Following> {
  const ended = new Map(
    moves
      .filter(({ document: { id } }) => waitedFor.has(id))
      .filter(endsWaits)
      .map((row) => [row.document.id, row]),
  );
  const decide = (document: LockedDocument) => {
    const blocker = document.blockedBy === null ? undefined : ended.get(document.blockedBy);
    return blocker === undefined ? undefined : dependentMove(document, blocker);
  };
  if (ended.size === 0) return { ids: [], decide };
  const dependents = await tx<{ id: number }[]>`
    select id from documents where blocked_by = any(${[...ended.keys()]}::bigint[])
    order by id limit ${DEPENDENTS_MAX}`;
  return { ids: dependents.map(({ id }) => id), decide };
}

/** Whether a move may end a wait for the document; one that stops before being taken back does. */
function endsWaits({ move }: DecidedMove): boolean {
  const isHeld = move.reason?.name === 'blocked_by' && move.reason.params.until === 'gone';
  return move.syncedRevision !== undefined || !ON_ITS_WAY.has(move.to) || isHeld;
}

function dependentMove(document: LockedDocument, blocker: DecidedMove): Move | undefined {
  const isName = !traitsOf(blocker.document.kind as DocumentKind).isTransaction;
  return isName ? behindName(document, blocker) : behindTransaction(document, blocker);
}

/** Due again, or failed for the same reason where the same app would fail for it. */
function behindName(document: LockedDocument, blocker: DecidedMove): Move {
  const { move } = blocker;
  const wasCreated = move.outcome?.operation === 'created';
  const name = blocker.document.party;
  const warnings = document.warnings.filter(
    (found) => wasCreated || found.name !== 'created' || found.params.name !== name,
  );
  // Another app's reason may speak of that app's data; its own attempt tells it its own.
  const failsToo =
    move.to === 'failed' &&
    !isTold(blocker.document) &&
    move.syncedRevision === undefined &&
    blocker.document.appId === document.appId;
  if (failsToo && move.reason !== undefined) {
    return { to: 'failed', what: 'failed', reason: move.reason, warnings };
  }
  return { ...RELEASED, warnings };
}

const RELEASED = { to: 'queued', what: 'released', dueInMs: 0, turnAgain: true } as const;

/** What is not in QuickBooks yet goes on being waited for, and the wait says what keeps it. */
function behindTransaction(document: LockedDocument, { document: other, move }: DecidedMove) {
  const { until, state: before } = waitOf(document);
  const isThere = move.syncedRevision !== undefined || (until === undefined && holds(other, move));
  const { to } = move;
  const keeps = to === 'failed' || to === 'not_ready' || to === 'skipped';
  // Linked only where there is one: what waits looks again whether this one still comes.
  const mayNotCome = other.kind === 'purchase_order' && to !== 'failed';
  if (!keeps || isThere || GONE.has(to) || mayNotCome) return RELEASED;
  const { kind, externalId } = other;
  return before === to
    ? undefined
    : {
        to: 'waiting' as const,
        what: 'blocked',
        reason: reason('blocked_by', { kind, externalId, until, state: to }),
        blockedBy: other.id,
      };
}

function holds(document: LockedDocument, { isInQuickBooks }: Move): boolean {
  return isInQuickBooks === true || document.syncedRevision > 0;
}

function waitOf({ params }: LockedDocument): { until?: 'gone'; state?: string } {
  return (params ?? {}) as { until?: 'gone'; state?: string };
}

/** For the app the credit and the invoice it is set against are one: its memo fails with it. */
function memosOf(moves: readonly DecidedMove[]): Following {
  const credits = moves.filter(
    ({ document, move }) =>
      document.kind === 'applied_credit' && (move.to === 'failed' || move.to === 'synced'),
  );
  const byMemo = new Map(credits.map(({ document, move }) => [document.statedIn, move]));
  return {
    ids: [...byMemo.keys()].filter((id) => id !== null),
    decide(memo) {
      const credit = byMemo.get(memo.id);
      if (credit?.to === 'failed' && memo.status === 'synced') {
        return { to: 'failed', what: 'failed', reason: credit.reason };
      }
      const isBehind = memo.revision === memo.syncedRevision && memo.status === 'failed';
      return credit?.to === 'synced' && isBehind ? { to: 'synced', what: 'applied' } : undefined;
    },
  };
}

/** Kinds QuickBooks keeps as names: whoever waits for one looks again however it ended. */
const NAME_KINDS = DOCUMENT_KINDS.filter((kind) => !traitsOf(kind).isTransaction);

/**
 * Whether the document `d` goes on waiting for the one it names, `b`: the same rule as above, for rows
 * that nobody released in time. A name is waited for while it is on its way; a transaction also while
 * it is kept back and not in QuickBooks; one that is to be taken back as long as it is applied.
 */
export const stillWaits = (sql: AnySql) => sql`
  case when d.params ->> 'until' = 'gone' then
    b.status not in ('voided', 'deleted', 'cancelled', 'deleted_in_quickbooks')
    and (b.status in ('queued', 'syncing', 'checking', 'waiting') or exists (
      select 1 from applications a where a.document_id = b.id and a.applied_minor <> 0))
  else b.status in ('queued', 'syncing', 'checking', 'waiting')
    or (b.kind <> all(${NAME_KINDS}::text[]) and b.status in ('failed', 'not_ready', 'skipped')
      and (b.kind, b.status) <> ('purchase_order', 'skipped')
      and not exists (select 1 from links l where l.connection_id = b.connection_id
        and l.company_id = b.company_id and l.kind = b.kind and l.external_id = b.external_id))
  end`;
