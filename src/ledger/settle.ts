import type { Outcome } from '../contract/details.js';
import type { Reason } from '../contract/reasons.js';
import type { Warning } from '../contract/warnings.js';
import { type NewLink, removeLinks, saveLinks } from './links.js';
import type { LoadedItem } from './load.js';
import { type LockedDocument, type Move, moveDocuments } from './moves.js';
import type { Ledger, Transaction } from './open.js';
import {
  type ClaimedPush,
  closeIfDone,
  holdLease,
  type NextWakeUp,
  postponePush,
} from './pushes.js';
import { type MirroredRecord, mirrorRecords } from './records.js';
import { LANE_CLASS } from './rows.js';
import { isGone, isWithdrawn, standingOf } from './standing.js';
import { decryptWanted } from './wanted.js';

/** How one item of a push ended: a closed list. */
export type Ending =
  | {
      /** QuickBooks holds this revision. */
      kind: 'synced' | 'voided' | 'deleted';
      outcome: Outcome;
      warnings: Warning[];
      links: NewLink[];
      records: MirroredRecord[];
    }
  /** Withdrawn before it was ever sent. */
  | { kind: 'cancelled' }
  /** Needs a person. With `links` QuickBooks took it all the same, and not as it was meant. */
  | {
      kind: 'failed';
      reason: Reason;
      attempts?: number;
      links?: NewLink[];
      /** QuickBooks may have it all the same: it is looked for before it is ever created. */
      inDoubt?: boolean;
    }
  /** Goes on by itself after `retryInMs`. */
  | { kind: 'waiting'; reason: Reason; retryInMs: number; attempts?: number }
  /** Goes on by itself once the other document is settled. */
  | { kind: 'blocked'; reason: Reason; by: number; warnings: Warning[] }
  /** Waits for a reconnect or the like: due again when the connection is. */
  | { kind: 'parked'; reason: Reason }
  /** Met a stale SyncToken and was read again: due at once, with the link as it is now. */
  | { kind: 'reread'; links: NewLink[] }
  /** Back to the ledger, due at once; `alone` keeps it out of batches. */
  | { kind: 'returned'; what: string; alone?: boolean; warnings?: Warning[] }
  | { kind: 'not_ready'; reason: Reason }
  /** Nothing to send any more: whoever changed the document meanwhile has said where it stands. */
  | { kind: 'dropped' }
  /** Exported once and changed since: what QuickBooks holds stays, and the change is shown. */
  | { kind: 'kept_as_exported' }
  /** Someone removed it there; it is not made again by itself. */
  | { kind: 'deleted_in_quickbooks' };

/** An item with its ending and what is known about how it came to it. */
export interface EndedItem {
  item: LoadedItem;
  /** The revision that was sent or judged. */
  revision: number;
  ending: Ending;
  evidence?: Record<string, unknown>;
}

/**
 * Records the endings of items in one transaction, under the push's lease: documents, history,
 * causes, events, links, mirror, dependents. Closes the push when nothing is left in it.
 *
 * @throws LeaseLost when another worker holds the push by now: nothing is written then.
 */
export async function settleItems(
  ledger: Ledger,
  push: ClaimedPush,
  ended: readonly EndedItem[],
): Promise<void> {
  if (ended.length === 0) return;
  await ledger.sql.begin(async (tx) => {
    await holdLease(tx, push);
    await recordOutcomes(tx, push, ended);
    const byDocument = new Map(
      (await withSettledBlockers(tx, ended)).map((row) => [row.item.documentId, row]),
    );
    await moveDocuments(
      tx,
      [...byDocument.keys()],
      (document) => {
        const row = byDocument.get(document.id);
        return row === undefined ? undefined : moveOf(ledger, document, row);
      },
      'worker',
    );
    await saveEverythingBeside(tx, ended);
    await closeIfDone(tx, push.id);
  });
}

/** The whole push goes on later: its documents say why meanwhile. */
export async function postpone(
  ledger: Ledger,
  push: ClaimedPush,
  items: readonly LoadedItem[],
  delayMs: number,
  shown: {
    status: 'waiting' | 'checking';
    reason: Reason;
    evidence?: Record<string, unknown>;
  } | null,
): Promise<NextWakeUp> {
  return ledger.sql.begin(async (tx) => {
    await holdLease(tx, push);
    if (shown !== null) {
      await moveDocuments(
        tx,
        items.map(({ documentId }) => documentId),
        (document) =>
          document.status === shown.status && document.reason === shown.reason.name
            ? undefined
            : {
                to: shown.status,
                what: shown.status,
                reason: shown.reason,
                evidence: shown.evidence,
              },
        'worker',
      );
    }
    return postponePush(tx, push, delayMs);
  });
}

/**
 * What an item was going to wait for may have been settled since: then there is nobody left to
 * release it. The blockers are locked, so that one that is settled next sees who waits for it.
 */
async function withSettledBlockers(
  tx: Transaction,
  ended: readonly EndedItem[],
): Promise<EndedItem[]> {
  const blockers = ended.flatMap(({ ending }) => (ending.kind === 'blocked' ? [ending.by] : []));
  if (blockers.length === 0) return [...ended];
  const open = await tx<{ id: number }[]>`
    select id from documents where id = any(${blockers}::bigint[])
      and status in ('queued', 'syncing', 'checking', 'waiting') order by id for share`;
  const openIds = new Set(open.map(({ id }) => id));
  return ended.map((row) =>
    row.ending.kind !== 'blocked' || openIds.has(row.ending.by)
      ? row
      : { ...row, ending: { kind: 'returned', what: 'released', warnings: row.ending.warnings } },
  );
}

async function recordOutcomes(
  tx: Transaction,
  push: ClaimedPush,
  ended: readonly EndedItem[],
): Promise<void> {
  const rows = ended.map(({ item, revision, ending }) => ({
    document_id: item.documentId,
    revision,
    outcome: ending.kind,
  }));
  await tx`
    update push_items i set outcome = e.outcome, revision = e.revision
    from jsonb_to_recordset(${tx.json(rows as never)}) as e(document_id bigint, revision int, outcome text)
    where i.push_id = ${push.id} and i.document_id = e.document_id`;
}

/** The move of one document. Settling marks the revision that was sent, not the newest. */
function moveOf(ledger: Ledger, document: LockedDocument, row: EndedItem): Move | undefined {
  const { ending, revision, evidence } = row;
  const base = { revision, evidence };
  const newer = document.revision > revision;
  switch (ending.kind) {
    case 'synced':
    case 'voided':
    case 'deleted': {
      const settled = {
        ...base,
        syncedRevision: revision,
        outcome: ending.outcome,
        warnings: mergeWarnings(document.warnings, ending.warnings),
        attempts: 0,
        crashes: 0,
        alone: false,
        inDoubt: false,
        laneClass: LANE_CLASS.live,
      };
      return newer
        ? { ...settled, ...nextRevision(ledger, document, row, settled.warnings) }
        : { ...settled, to: ending.kind, what: ending.outcome.operation };
    }
    case 'failed':
      if (newer) {
        const { inDoubt } = ending;
        return { ...base, inDoubt, ...nextRevision(ledger, document, row, document.warnings) };
      }
      return {
        ...base,
        to: 'failed',
        what: 'failed',
        reason: ending.reason,
        attempts: ending.attempts,
        inDoubt: ending.inDoubt,
      };
    case 'waiting':
      return {
        ...base,
        to: 'waiting',
        what: 'waiting',
        reason: ending.reason,
        dueInMs: ending.retryInMs,
        attempts: ending.attempts,
        laneClass: ending.attempts === undefined ? undefined : LANE_CLASS.retry,
      };
    case 'blocked':
      return {
        ...base,
        to: 'waiting',
        what: 'blocked',
        reason: ending.reason,
        blockedBy: ending.by,
        warnings: mergeWarnings(document.warnings, ending.warnings),
      };
    case 'parked':
      return { ...base, to: 'waiting', what: 'waiting', reason: ending.reason };
    case 'returned':
      return {
        ...base,
        to: 'queued',
        what: ending.what,
        dueInMs: 0,
        alone: ending.alone,
        warnings: mergeWarnings(document.warnings, ending.warnings ?? []),
      };
    case 'reread':
      return { ...base, to: 'queued', what: 'reread', dueInMs: 0, inDoubt: false };
    case 'kept_as_exported':
      return {
        ...base,
        to: 'synced',
        what: 'changed_after_export',
        warnings: mergeWarnings(document.warnings, [{ name: 'changed_after_export' }]),
      };
    case 'not_ready':
      if (newer) return { ...base, ...nextRevision(ledger, document, row, document.warnings) };
      return {
        ...base,
        to: 'not_ready',
        what: 'not_ready',
        reason: ending.reason,
        releasedRevision: document.syncedRevision,
      };
    case 'dropped':
      return undefined;
    case 'cancelled':
      if (newer) return { ...base, ...nextRevision(ledger, document, row, document.warnings) };
      return { ...base, to: 'cancelled', what: 'cancelled' };
    case 'deleted_in_quickbooks':
      return { ...base, to: 'deleted_in_quickbooks', what: 'deleted_in_quickbooks' };
  }
}

/** While one revision was being sent a newer one was stated: where does that one stand? */
function nextRevision(
  ledger: Ledger,
  document: LockedDocument,
  { item, ending }: EndedItem,
  warnings: readonly Warning[],
): Move {
  const { kind } = item;
  const { connectionId, externalId } = document;
  const standing = standingOf({
    kind,
    document: decryptWanted(ledger, { connectionId, kind, externalId }, document.wantedCipher),
    withdrawal: document.withdrawal,
    settings: item.connection.settings,
    connectionStatus: item.connection.status,
    wasSynced: ending.kind === 'synced' || item.syncedRevision > 0,
    isInQuickBooks: holdsAfter(item, ending),
    isGone: isGone(ending.kind, document.withdrawal),
    clicked: document.releasedRevision === document.revision,
  });
  const released = standing.released ? { releasedRevision: document.revision } : {};
  switch (standing.status) {
    case 'queued':
      return { ...released, to: 'queued', what: 'synced_earlier_revision', dueInMs: 0 };
    case 'waiting':
    case 'failed':
    case 'not_ready':
      return { ...released, to: standing.status, what: standing.status, reason: standing.reason };
    case 'changed_after_export':
      return {
        to: 'synced',
        what: 'changed_after_export',
        warnings: mergeWarnings(warnings, [{ name: 'changed_after_export' }]),
      };
    case 'cancelled':
      return { to: 'cancelled', what: 'cancelled' };
    case 'unchanged':
      return { to: ending.kind === 'deleted' ? 'deleted' : 'voided', what: 'unchanged' };
  }
}

/** Whether QuickBooks has it once this ending is settled. */
function holdsAfter({ link }: LoadedItem, ending: Ending): boolean {
  if (ending.kind === 'deleted' || ending.kind === 'deleted_in_quickbooks') return false;
  const taken =
    ending.kind === 'synced' || (ending.kind === 'failed' && ending.links !== undefined);
  return taken || link !== null;
}

/** Names made on the way were noted while waiting; everything else is said anew each time. */
function mergeWarnings(before: readonly Warning[], found: readonly Warning[]): Warning[] {
  const kept = before.filter(({ name }) => name === 'created');
  const merged = new Map([...kept, ...found].map((row) => [JSON.stringify(row), row]));
  return [...merged.values()];
}

async function saveEverythingBeside(tx: Transaction, ended: readonly EndedItem[]): Promise<void> {
  const links: NewLink[] = [];
  const recordsByCompany = new Map<string, MirroredRecord[]>();
  for (const { item, ending } of ended) {
    if ('links' in ending && ending.links !== undefined) links.push(...ending.links);
    if ('records' in ending) {
      recordsByCompany.set(item.companyId, [
        ...(recordsByCompany.get(item.companyId) ?? []),
        ...ending.records,
      ]);
    }
  }
  await saveLinks(tx, links);
  await removeLinks(
    tx,
    ended
      .filter(({ ending }) => ending.kind === 'deleted')
      .map(({ item }) => ({ ...item, connectionId: item.connection.id })),
  );
  for (const [companyId, records] of recordsByCompany) await mirrorRecords(tx, companyId, records);
}

/** Whether the item now asks for its removal from QuickBooks. */
export function wantsRemoval(item: LoadedItem): boolean {
  return isWithdrawn(item);
}
