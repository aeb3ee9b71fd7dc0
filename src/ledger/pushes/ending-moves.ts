import type { MoneyNote } from '../../contract/money-note.js';
import type { Warning } from '../../contract/warnings.js';
import type { Ledger } from '../database/open.js';
import { type LockedDocument, type Move, ON_ITS_WAY } from '../documents/moves.js';
import { isGone, standingOf } from '../documents/standing.js';
import { LANE_CLASS } from '../rows.js';
import type { StoredMoney } from '../statements/money.js';
import { decryptWanted } from '../statements/wanted.js';
import type { EndedItem, Ending } from './ending.js';
import type { LoadedItem } from './load.js';

/** Endings after which a document is sent later: not one that was taken back or refused meanwhile. */
const GOES_ON: ReadonlySet<Ending['kind']> = new Set([
  'waiting',
  'blocked',
  'parked',
  'returned',
  'reread',
]);

/** The move of one document. Settling marks the revision that was sent, not the newest. */
export function moveOf(ledger: Ledger, document: LockedDocument, row: EndedItem): Move | undefined {
  const { ending, revision, evidence } = row;
  const base = { revision, evidence };
  const newer = document.revision > revision;
  if (GOES_ON.has(ending.kind) && !ON_ITS_WAY.has(document.status)) return undefined;
  switch (ending.kind) {
    case 'synced':
    case 'voided':
    case 'deleted': {
      const settled = {
        ...base,
        syncedRevision: revision,
        outcome: ending.outcome,
        money: moneyOf(ending.money, revision),
        warnings: mergeWarnings(document.warnings, ending.warnings),
        attempts: 0,
        crashes: 0,
        alone: false,
        inDoubt: false,
        laneClass: LANE_CLASS.live,
        // The link is cut: nothing else tells later which object it was.
        ...(ending.kind === 'deleted'
          ? { evidence: { ...evidence, quickbooksId: row.item.link?.quickbooksId } }
          : {}),
      };
      return newer
        ? { ...settled, ...nextRevision(ledger, document, row, settled.warnings) }
        : { ...settled, to: ending.kind, what: ending.outcome.operation };
    }
    case 'failed':
      if (newer && !isLeftToAPerson(ending)) {
        const { inDoubt } = ending;
        return { ...base, inDoubt, ...nextRevision(ledger, document, row, document.warnings) };
      }
      return {
        ...base,
        to: 'failed',
        what: 'failed',
        reason: ending.reason,
        isInQuickBooks: ending.links !== undefined,
        attempts: ending.attempts,
        inDoubt: ending.inDoubt,
        money: moneyOf(ending.money, revision),
      };
    case 'waiting':
      return {
        ...base,
        to: 'waiting',
        what: 'waiting',
        reason: ending.reason,
        dueInMs: ending.retryInMs,
        attempts: ending.attempts,
        inDoubt: ending.inDoubt,
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
        turnAgain: true,
        alone: ending.alone,
        inDoubt: ending.inDoubt,
        warnings: mergeWarnings(document.warnings, ending.warnings ?? []),
      };
    case 'reread':
      return {
        ...base,
        to: 'queued',
        what: 'reread',
        dueInMs: 0,
        turnAgain: true,
        inDoubt: false,
      };
    case 'kept_as_exported':
      return {
        ...base,
        to: 'synced',
        what: 'changed_after_export',
        warnings: mergeWarnings(document.warnings, [{ name: 'changed_after_export' }]),
      };
    case 'not_ready':
    case 'skipped':
      if (newer) return { ...base, ...nextRevision(ledger, document, row, document.warnings) };
      return {
        ...base,
        to: ending.kind,
        what: ending.kind,
        reason: ending.reason,
        releasedRevision: document.syncedRevision,
      };
    case 'dropped':
      return undefined;
    case 'cancelled':
      if (newer) {
        const next = nextRevision(ledger, document, row, document.warnings);
        return { ...base, inDoubt: false, ...next };
      }
      return { ...base, to: 'cancelled', what: 'cancelled', inDoubt: false };
    case 'deleted_in_quickbooks':
      return { ...base, to: 'deleted_in_quickbooks', what: 'deleted_in_quickbooks' };
  }
}

/** Something in QuickBooks may be it: a newer wording must not make it a second time. */
function isLeftToAPerson({ inDoubt, reason }: Extract<Ending, { kind: 'failed' }>): boolean {
  return inDoubt === true && reason.name === 'outcome_unknown';
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
    connection: item.connection,
    now: ledger.clock(),
    statedAt: document.createdAt,
    overrides: document.overrides,
    isDependency: item.isDependency,
    isNeeded: item.isNeeded,
    isPart: document.statedIn !== null,
    paidMinor: document.paidMinor,
    wasSynced: ending.kind === 'synced' || item.syncedRevision > 0,
    isInQuickBooks: holdsAfter(item, ending),
    inDoubt: doubtAfter(document, ending),
    isGone: isGone(ending.kind, document.withdrawal),
    imported: item.imported,
    clicked: document.releasedRevision === document.revision,
  });
  const released = standing.released ? { releasedRevision: document.revision } : {};
  switch (standing.status) {
    case 'queued':
      return { ...released, to: 'queued', what: 'synced_earlier_revision', dueInMs: 0 };
    case 'waiting':
    case 'failed':
    case 'skipped':
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

function moneyOf(note: MoneyNote | null | undefined, revision: number): StoredMoney | null {
  return note === null || note === undefined ? null : { revision, note };
}

/** Whether QuickBooks has it once this ending is settled. */
function holdsAfter({ link }: LoadedItem, ending: Ending): boolean {
  if (ending.kind === 'deleted' || ending.kind === 'deleted_in_quickbooks') return false;
  const taken =
    ending.kind === 'synced' || (ending.kind === 'failed' && ending.links !== undefined);
  return taken || link !== null;
}

/** Whether QuickBooks may have it without our knowing, once this ending is settled. */
function doubtAfter({ inDoubt }: LockedDocument, ending: Ending): boolean {
  if (ending.kind === 'failed') return ending.inDoubt ?? inDoubt;
  return (ending.kind === 'not_ready' || ending.kind === 'skipped') && inDoubt;
}

/** Names made on the way were noted while waiting; everything else is said anew each time. */
function mergeWarnings(before: readonly Warning[], found: readonly Warning[]): Warning[] {
  const kept = before.filter(({ name }) => name === 'created');
  const merged = new Map([...kept, ...found].map((row) => [JSON.stringify(row), row]));
  return [...merged.values()];
}
